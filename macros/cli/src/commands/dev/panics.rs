//! A panic of the Worker as one message. What it writes to the console comes four times, with eighty lines of stack: the
//! panic itself, the trap that follows, the error of whoever waited, and the trap once more, uncaught.

use std::time::{Duration, Instant};

use crate::process::{Line, plain};

/// How an error on the Worker's console begins, and what a panic is there.
const ERROR: &str = "✘ [ERROR] ";
const PANIC: &str = "Critical Error: Rust panic: panicked at ";
/// What follows from a panic comes within this time.
const AFTERMATH: Duration = Duration::from_secs(2);
/// So many places of the application's own are named.
const PLACES: usize = 4;

/// Whose functions are nobody's mistake.
const OTHERS: [&str; 8] = ["__rustc", "alloc", "core", "durably", "js_sys", "std", "wasm_bindgen", "worker"];

/// Takes lines and gives those that are to be shown.
#[derive(Default)]
pub(super) struct Panics {
    /// The panic that is being written.
    panic: Option<Panic>,
    /// When the last one was.
    seen: Option<Instant>,
    /// Whether what is being written follows from one.
    aftermath: bool,
}

struct Panic {
    first: Line,
    place: String,
    message: Vec<String>,
    path: Vec<String>,
}

impl Panics {
    pub(super) fn take(&mut self, line: Line) -> Vec<Line> {
        let text = plain(&line.text);
        if text.starts_with("  ") {
            return match &mut self.panic {
                Some(panic) => {
                    panic.add(text.trim());
                    Vec::new()
                }
                None if self.aftermath => Vec::new(),
                None => vec![line],
            };
        }
        let mut shown = self.end();
        let error = text.strip_prefix(ERROR);
        let follows = self.seen.is_some_and(|seen| seen.elapsed() < AFTERMATH);
        if let Some(place) = error.and_then(|error| error.strip_prefix(PANIC)) {
            let place = place.trim_end_matches(':').to_owned();
            self.panic = Some(Panic { first: line, place, message: Vec::new(), path: Vec::new() });
            self.seen = Some(Instant::now());
            return shown;
        }
        let is_trap = error.is_some_and(|error| {
            let error = error.trim_start_matches("Critical ").trim_start_matches("Uncaught ");
            error.starts_with("RuntimeError: unreachable") || error.starts_with("Error [DurablyError]: panicked: ")
        });
        self.aftermath = follows && (is_trap || text == "Reinitializing Wasm application");
        if !self.aftermath {
            shown.push(line);
        }
        shown
    }

    /// Nothing came for a moment: a panic that was being written is whole.
    pub(super) fn end(&mut self) -> Vec<Line> {
        self.panic.take().map(|panic| vec![panic.told()]).unwrap_or_default()
    }

    pub(super) fn is_open(&self) -> bool {
        self.panic.is_some()
    }
}

impl Panic {
    fn add(&mut self, text: &str) {
        match text.strip_prefix("at ") {
            Some(frame) => self.path.extend(function(frame)),
            None if self.path.is_empty() => self.message.push(text.to_owned()),
            None => {}
        }
    }

    fn told(self) -> Line {
        let Self { first, place, message, mut path } = self;
        path.dedup();
        path.truncate(PLACES);
        let mut lines = vec![format!("panic: {}", message.join("\n       ")), format!("    at {place}")];
        lines.extend(path.into_iter().map(|function| format!("    in {function}")));
        let text = lines.join("\n");
        Line { text, ..first }
    }
}

/// The function of a frame, if it is of the application.
fn function(frame: &str) -> Option<String> {
    let (_, name) = frame.split(" (").next()?.split_once(".wasm.")?;
    // rustc ends each name with a hash.
    let name = name.rsplit_once("::h").filter(|(_, hash)| hash.len() == 16).map_or(name, |(name, _)| name);
    let of_others = |word: &str| OTHERS.contains(&word.split("::").next().unwrap_or_default());
    let words = name.split(|letter: char| !(letter.is_alphanumeric() || letter == '_' || letter == ':'));
    (!words.into_iter().any(of_others)).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::Panics;
    use crate::process::{Line, Stream};

    const CONSOLE: &str = "\
POST /before 200 OK (3ms)
✘ [ERROR] Critical Error: Rust panic: panicked at app/src/faults.rs:43:28:
  asked to panic at a route
      at __wbg_new_787b9fb330d55d78 (file:///p/worker/index.js:1354:19)
      at app.wasm.js_sys::Error::new::h9e52da4048951406 (wasm://wasm/app.wasm-0:wasm-function[5195]:0x177e05)
      at app.wasm.std[a543996e6e7dbf1e]::panicking::panic_with_hook (wasm://wasm/app.wasm-0:wasm-function[2]:0x1)
      at app.wasm.app::faults::Fault::happen::ha7cd846e4641f37c (wasm://wasm/app.wasm-0:wasm-function[1039]:0xf085f)
      at app.wasm.app::routes::_::<impl durably::__private::Routed<durably::Fp<1>> for app::__Durably>::routes::h94a985d1f7a5960e (wasm://w)
      at real (file:///p/worker/index.js:1839:14)
✘ [ERROR] Critical RuntimeError: unreachable
      at app.wasm.__rustc[b7974e8690430dd9]::__rust_abort (wasm://wasm/app.wasm-0:wasm-function[5664]:0x178f58)
✘ [ERROR] Error [DurablyError]: panicked: panicked at app/src/faults.rs:43:28:
  asked to panic at a route
      at failure (file:///p/guard.mjs:71:17) {
    code: 'panicked',
  }
Reinitializing Wasm application
✘ [ERROR] Uncaught RuntimeError: unreachable
      at app.wasm.core[c5930c85a12de822]::panicking::panic_fmt (wasm://wasm/app.wasm-0:wasm-function[3546]:0x16ac45)
✘ [ERROR] Error: something else
      at fetch (file:///p/worker/index.js:1:1)
POST /after 500 Internal Server Error (5ms)
";

    #[test]
    fn a_panic_is_one_message_with_the_useful_line_first() {
        let mut panics = Panics::default();
        let mut shown = Vec::new();
        for text in CONSOLE.lines() {
            shown.extend(panics.take(Line { stream: Stream::Err, text: text.to_owned() }));
        }
        let shown: Vec<String> = shown.into_iter().map(|line| line.text).collect();
        assert_eq!(
            shown,
            [
                "POST /before 200 OK (3ms)",
                "panic: asked to panic at a route\n    at app/src/faults.rs:43:28\n    in app::faults::Fault::happen",
                "✘ [ERROR] Error: something else",
                "      at fetch (file:///p/worker/index.js:1:1)",
                "POST /after 500 Internal Server Error (5ms)",
            ]
        );
    }

    #[test]
    fn one_that_is_the_last_thing_written_is_told_too() {
        let mut panics = Panics::default();
        for text in CONSOLE.lines().take(4) {
            panics.take(Line { stream: Stream::Err, text: text.to_owned() });
        }
        assert!(panics.is_open());
        assert!(panics.end()[0].text.starts_with("panic: asked to panic"));
        assert!(panics.end().is_empty());
    }
}
