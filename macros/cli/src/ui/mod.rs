//! What a person sees: steps with progress, lines, colours that stop when piped.

mod style;
mod ticker;

use std::fmt::Display;
use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use serde_json::json;

use self::style::{BAD, DIM, GOOD, LOUD};
use self::ticker::Ticker;
use crate::process::{Line, Stream, plain};

/// Work shorter than this leaves no trace.
const WORTH_TELLING: Duration = Duration::from_secs(2);

/// Where progress goes: spinners on a terminal, plain lines elsewhere, nothing at all if asked.
#[derive(Clone, Debug)]
pub struct Reporter {
    how: How,
}

#[derive(Clone, Debug)]
enum How {
    Terminal(Arc<MultiProgress>),
    Plain,
    /// One JSON object a line, on standard error.
    Json,
    Quiet,
}

impl Reporter {
    /// Spinners if standard error is a terminal, plain lines if not.
    pub fn new() -> Self {
        let terminal = std::io::stderr().is_terminal() && std::env::var_os("CI").is_none();
        let how = if terminal { How::Terminal(Arc::default()) } else { How::Plain };
        Self { how }
    }

    /// Says nothing, for tests and for `--json`.
    pub fn quiet() -> Self {
        Self { how: How::Quiet }
    }

    /// One JSON object a line: `level` is note, warning, good, error, ready or worker.
    pub(crate) fn json() -> Self {
        Self { how: How::Json }
    }

    /// Begins a step: `what` is being done, and `why`.
    pub fn step(&self, what: impl Into<String>, why: &str) -> Step {
        Step::begin(self.clone(), what.into(), why)
    }

    /// A line about the work, on standard error.
    pub fn note(&self, text: impl Display) {
        self.line("note", "", text);
    }

    /// A line about something that is not as it should be, and does not stop the work.
    pub fn warn(&self, text: impl Display) {
        self.line("warning", &format!("{BAD}warning{BAD:#}: "), text);
    }

    /// A line about something that went well.
    pub fn good(&self, text: impl Display) {
        self.line("good", &format!("{GOOD}✓{GOOD:#} "), text);
    }

    /// A failure, in full.
    pub fn failure(&self, failure: &crate::Failure) {
        self.line("error", &format!("{BAD}error{BAD:#}: "), failure);
    }

    /// A line that is the answer to the command, on standard output.
    pub fn answer(&self, text: impl Display) {
        if matches!(self.how, How::Json) {
            return self.line("ready", "", text);
        }
        self.suspended(|| {
            let mut out = anstream::stdout().lock();
            // A reader that has gone away is no reason to stop serving.
            let _ = writeln!(out, "{text}").and_then(|()| out.flush());
        });
    }

    /// Empties the screen.
    pub(crate) fn clear(&self) {
        if let How::Terminal(bars) = &self.how {
            let _ = bars.clear();
            let _ = std::io::stderr().write_all(b"\x1b[2J\x1b[3J\x1b[H");
        }
    }

    /// A line of a program that we run, on the stream it was written to.
    pub(crate) fn pass_on(&self, line: &Line) {
        if matches!(self.how, How::Json) {
            return self.line("worker", "", &line.text);
        }
        self.suspended(|| {
            let _ = match line.stream {
                Stream::Out => writeln!(anstream::stdout(), "{}", line.text),
                Stream::Err => writeln!(anstream::stderr(), "{}", line.text),
            };
        });
    }

    fn line(&self, level: &str, mark: &str, text: impl Display) {
        let line = match self.how {
            How::Quiet => return,
            How::Json => json!({ "level": level, "message": plain(&text.to_string()) }).to_string(),
            How::Terminal(_) | How::Plain => format!("{mark}{text}"),
        };
        self.suspended(|| {
            let mut out = anstream::stderr().lock();
            let _ = writeln!(out, "{line}");
        });
    }

    fn suspended(&self, write: impl FnOnce()) {
        match &self.how {
            How::Terminal(bars) => bars.suspend(write),
            How::Plain | How::Json | How::Quiet => write(),
        }
    }
}

impl Default for Reporter {
    fn default() -> Self {
        Self::new()
    }
}

/// Something that takes a while. Dropped without [`Step::done`] it disappears: the failure that follows says the rest.
#[derive(Debug)]
pub struct Step {
    report: Reporter,
    what: String,
    began: Instant,
    bar: Option<ProgressBar>,
    ticker: Option<Ticker>,
}

impl Step {
    fn begin(report: Reporter, what: String, why: &str) -> Self {
        let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
        let (bar, ticker) = match &report.how {
            How::Terminal(bars) => {
                let bar = bars.add(ProgressBar::new_spinner().with_style(spinner()));
                bar.set_prefix(format!("{what}{why}"));
                bar.enable_steady_tick(Duration::from_millis(120));
                (Some(bar), None)
            }
            How::Plain => (None, Some(Ticker::start(report.clone(), &what, &why))),
            How::Json | How::Quiet => (None, None),
        };
        Self { report, what, began: Instant::now(), bar, ticker }
    }

    /// Where the work is just now.
    pub fn at(&self, detail: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(detail.to_owned());
        }
        if let Some(ticker) = &self.ticker {
            ticker.at(detail);
        }
    }

    /// A line that must be seen, such as a compiler's warning.
    pub fn line(&self, text: impl Display) {
        self.report.note(text);
    }

    /// The work is done; a line remains if it took a while.
    pub fn done(mut self) {
        self.clear();
        let took = self.began.elapsed();
        if took >= WORTH_TELLING {
            self.report.good(format_args!("{} {DIM}{}{DIM:#}", self.what, seconds(took)));
        }
    }

    fn clear(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        self.ticker = None;
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Emphasised text, for the one line that matters.
pub(crate) fn loud(text: impl Display) -> String {
    format!("{LOUD}{text}{LOUD:#}")
}

/// Whether programs whose standard error we pass on may colour it.
pub(crate) fn coloured() -> bool {
    anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never
}

/// A duration as people say it.
pub(crate) fn seconds(took: Duration) -> String {
    let whole = took.as_secs();
    if whole >= 60 { format!("{} min {:02} s", whole / 60, whole % 60) } else { format!("{:.1} s", took.as_secs_f32()) }
}

fn spinner() -> ProgressStyle {
    ProgressStyle::with_template("{spinner} {prefix} {elapsed} {wide_msg}")
        .unwrap_or_else(|_| ProgressStyle::default_spinner())
}
