//! The one error of this crate: what happened, the detail, and the way out.

use std::fmt;

/// A failure as a person reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// One sentence: what happened.
    pub what: String,
    /// What the tool, the file or the system said.
    pub detail: String,
    /// What to do about it.
    pub help: String,
    /// The exit code that goes with it.
    pub code: u8,
}

/// A result whose error can be shown to a person as it is.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    /// Says what happened; `detail` and `help` are added to it.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), detail: String::new(), help: String::new(), code: 1 }
    }

    /// The end that a signal asked for: nothing to explain, only an exit code.
    pub fn stopped(signal: i32) -> Self {
        let code = u8::try_from(128 + signal).unwrap_or(1);
        Self { code, ..Self::new("stopped") }
    }

    /// Whether this is the end that a signal asked for.
    pub fn is_stop(&self) -> bool {
        self.code > 128 && self.what == "stopped"
    }

    /// Adds what the tool, the file or the system said.
    #[must_use]
    pub fn detail(mut self, detail: impl fmt::Display) -> Self {
        detail.to_string().trim_end().clone_into(&mut self.detail);
        self
    }

    /// Adds the way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        for line in self.detail.lines() {
            write!(f, "\n    {line}")?;
        }
        if !self.help.is_empty() {
            write!(f, "\n  help: {}", self.help)?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

/// Turns an `io::Error` into a failure that names the file.
pub(crate) trait At<T> {
    /// `doing` reads after "could not": "write", "open".
    fn at(self, doing: &str, path: &std::path::Path) -> Result<T>;
}

impl<T> At<T> for std::io::Result<T> {
    fn at(self, doing: &str, path: &std::path::Path) -> Result<T> {
        self.map_err(|error| {
            Failure::new(format!("could not {doing} {}", path.display()))
                .detail(&error)
                .help("check that the folder exists, belongs to you and has room")
        })
    }
}
