//! The one error of this crate: what happened, the detail, and the way out.

use std::fmt;
use std::io;
use std::path::Path;

/// A failure as a person reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// One sentence: what happened.
    pub what: String,
    /// What the tool, the file or the system said.
    pub detail: String,
    /// What to do about it.
    pub help: String,
    /// What was shown already, and belongs to it where it is told elsewhere.
    pub shown: String,
    /// The exit code that goes with it.
    pub code: u8,
}

/// A result whose error can be shown to a person as it is.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    /// Says what happened; `detail` and `help` are added to it.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), detail: String::new(), help: String::new(), shown: String::new(), code: 1 }
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

    /// What somebody wrote on the command line is wrong: no edit of a file mends it.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Self { code: 2, ..Self::new(what) }
    }

    /// Whether it is about the command line.
    pub(crate) fn is_usage(&self) -> bool {
        self.code == 2
    }

    /// Adds what the tool, the file or the system said.
    #[must_use]
    pub fn detail(mut self, detail: impl fmt::Display) -> Self {
        detail.to_string().trim_end().clone_into(&mut self.detail);
        self
    }

    /// Adds what was shown already.
    #[must_use]
    pub(crate) fn shown(mut self, shown: impl fmt::Display) -> Self {
        shown.to_string().trim_end().clone_into(&mut self.shown);
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
    fn at(self, doing: &str, path: &Path) -> Result<T>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, doing: &str, path: &Path) -> Result<T> {
        self.map_err(|error| {
            Failure::new(format!("could not {doing} {}", path.display())).detail(&error).help(way_out(&error, path))
        })
    }
}

fn way_out(error: &io::Error, path: &Path) -> String {
    let folder = path.parent().unwrap_or(path).display();
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            format!("no space is left on the disk that holds {folder}: free some, then try again")
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            format!("{folder} is on a read-only file system: remount it writable, or work in a copy elsewhere")
        }
        io::ErrorKind::PermissionDenied => {
            format!("you have no permission for that in {folder}: check its owner and mode with `ls -ld`")
        }
        io::ErrorKind::NotFound => format!("check that {folder} exists"),
        _ => format!("check that {folder} exists, that you may write to it, and that its disk has space"),
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::At;

    #[test]
    fn what_the_disk_refuses_is_a_sentence_with_a_way_out() {
        let help = |kind: io::ErrorKind| {
            let refused: io::Result<()> = Err(kind.into());
            let failure = refused.at("write", "/project/.durably/app.json".as_ref()).expect_err("it was refused");
            assert_eq!(failure.what, "could not write /project/.durably/app.json");
            failure.help
        };
        assert!(help(io::ErrorKind::StorageFull).contains("no space is left on the disk that holds /project/.durably"));
        assert!(help(io::ErrorKind::ReadOnlyFilesystem).contains("is on a read-only file system"));
        assert!(help(io::ErrorKind::PermissionDenied).contains("you have no permission for that in /project/.durably"));
    }
}
