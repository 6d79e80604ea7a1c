//! Programs that we start, and that never outlive us.
//!
//! A signal to our process group reaches them all, because none of them leaves it. A kill -9 of us alone reaches
//! none; so between us and each long-running program stands a supervisor, which holds the other end of a pipe and
//! ends the program with everything below it when the pipe closes.

mod children;
mod lines;
mod spec;
pub(crate) mod supervisor;
mod tree;

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

pub(crate) use self::children::end_orphans;
pub(crate) use self::lines::plain;
pub use self::lines::{Line, Stream};
pub use self::spec::Spec;
use crate::{Failure, Result, interrupt};

/// How long a program may take to end by itself when it is asked to.
pub(crate) const GRACE: Duration = Duration::from_secs(4);
const POLL: Duration = Duration::from_millis(40);

/// A running program, with all it started. Ended when dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    /// Open as long as we live. `None` where the program runs without a supervisor.
    lead: Option<ChildStdin>,
    lines: Option<Receiver<Line>>,
    status: Option<ExitStatus>,
}

/// What is left of a program that has ended.
#[derive(Debug)]
pub struct Finished {
    /// Its exit code; 128 + n if a signal ended it.
    pub code: i32,
    /// All it wrote, both streams in the order of arrival, without colours.
    pub output: String,
    /// What it wrote to standard output.
    pub stdout: String,
}

impl Running {
    /// Starts the program; its lines are read as they come.
    pub fn start(spec: &Spec) -> Result<Self> {
        let mut command = if let Some(binary) = supervisor::find() {
            let mut command = Command::new(binary);
            command.args([supervisor::COMMAND.as_ref(), spec.program.as_os_str()]).args(&spec.args);
            command.stdin(Stdio::piped());
            command
        } else {
            let mut command = Command::new(&spec.program);
            command.args(&spec.args).stdin(Stdio::null());
            command
        };
        spec.apply(&mut command);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = children::spawn(&mut command).map_err(|error| spec.not_started(&error))?;
        let (lead, lines) = (child.stdin.take(), lines::read(child.stdout.take(), child.stderr.take()));
        Ok(Self { child, lead, lines: Some(lines), status: None })
    }

    /// The id of the process that we started: the supervisor, or the program where there is none.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The next line, if one comes in time; an error once the program has closed its streams.
    pub fn line(&self, wait: Duration) -> Result<Option<Line>, RecvTimeoutError> {
        let Some(lines) = &self.lines else { return Err(RecvTimeoutError::Disconnected) };
        match lines.recv_timeout(wait) {
            Ok(line) => Ok(Some(line)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(RecvTimeoutError::Disconnected),
        }
    }

    /// Hands the lines over to somebody else.
    pub(crate) fn take_lines(&mut self) -> Option<Receiver<Line>> {
        self.lines.take()
    }

    /// The exit code, once the program has ended.
    pub fn ended(&mut self) -> Option<i32> {
        if self.status.is_none() {
            self.status = self.child.try_wait().ok().flatten();
            if self.status.is_some() {
                children::forget(self.child.id());
            }
        }
        self.status.map(code)
    }

    /// Waits for the end; a signal to us ends the program too.
    pub fn wait(&mut self) -> Result<i32> {
        loop {
            let ended = self.ended();
            // Ctrl-C reaches the program as well; that it ended of it is not its failure.
            interrupt::check()?;
            if let Some(code) = ended {
                return Ok(code);
            }
            thread::sleep(POLL);
        }
    }

    /// Waits for the end and shows each line to `see`.
    pub fn follow(mut self, mut see: impl FnMut(&Line)) -> Result<Finished> {
        let (mut output, mut stdout) = (String::new(), String::new());
        loop {
            match self.line(POLL) {
                Ok(Some(line)) => {
                    see(&line);
                    let text = plain(&line.text);
                    if line.stream == Stream::Out {
                        stdout.push_str(&text);
                        stdout.push('\n');
                    }
                    output.push_str(&text);
                    output.push('\n');
                }
                Ok(None) => interrupt::check()?,
                Err(_) => break,
            }
        }
        let code = self.wait()?;
        Ok(Finished { code, output, stdout })
    }

    /// The processes of this name that run below it.
    pub(crate) fn named(&self, name: &str) -> BTreeSet<u32> {
        tree::named(self.child.id(), name)
    }

    /// The arguments with which a process below it was started.
    pub(crate) fn args_of(id: u32) -> String {
        tree::args(id)
    }

    /// Asks the program to end, and ends it if it does not.
    pub fn stop(&mut self) {
        if self.ended().is_some() {
            return;
        }
        let below = if let Some(lead) = &mut self.lead {
            let _ = lead.write_all(supervisor::GENTLY);
            Vec::new()
        } else {
            let below = tree::below(self.child.id());
            tree::signal(&[self.child.id()], tree::TERM);
            below
        };
        let deadline = Instant::now() + GRACE + Duration::from_secs(1);
        while self.ended().is_none() && Instant::now() < deadline {
            thread::sleep(POLL);
        }
        self.kill();
        tree::signal(&below, tree::KILL);
    }

    /// Ends the program and all below it with SIGKILL, as a crash would.
    pub fn kill(&mut self) {
        if self.ended().is_some() {
            return;
        }
        // Deepest last: a parent that notices a dead child may start another.
        let mut pids = vec![self.child.id()];
        pids.extend(tree::below(self.child.id()));
        tree::signal(&pids, tree::KILL);
        self.status = self.child.wait().ok();
        children::forget(self.child.id());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Makes this process the parent of orphans below it, where the system can do that.
pub(crate) fn adopt_orphans() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
}

/// Ends whatever still runs below this process.
pub(crate) fn end_all() {
    tree::signal(&tree::below(std::process::id()), tree::KILL);
}

/// Runs a program to its end, quietly.
pub fn run(spec: &Spec) -> Result<Finished> {
    Running::start(spec)?.follow(|_| ())
}

/// Runs a program that takes no time, without a supervisor, and gives its standard output; `None` if it failed.
pub(crate) fn ask(spec: &Spec) -> Option<String> {
    let mut command = Command::new(&spec.program);
    command.args(&spec.args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    spec.apply(&mut command);
    let child = children::spawn(&mut command).ok()?;
    let id = child.id();
    let output = child.wait_with_output().ok();
    children::forget(id);
    let output = output?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn code(status: ExitStatus) -> i32 {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1)
    }
    #[cfg(not(unix))]
    {
        status.code().unwrap_or(1)
    }
}

impl Finished {
    /// An error with the output in it unless the program succeeded.
    pub fn success(self, what: &str, help: &str) -> Result<Self> {
        if self.code == 0 {
            return Ok(self);
        }
        Err(Failure::new(format!("{what} (exit code {})", self.code)).detail(&self.output).help(help))
    }
}
