//! Writing: only if the content changed, and never half a file for a reader that looks at the wrong moment.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::SystemTime;

/// How a file is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mode {
    /// Only its owner may read it.
    pub private: bool,
    /// The modification time that it gets, if not now.
    pub modified: Option<SystemTime>,
}

/// Writes the file unless it says so already; then it keeps its modification time. Tells whether it was written.
pub fn write_if_changed(path: &Path, content: &[u8], mode: Mode) -> io::Result<bool> {
    if fs::read(path).is_ok_and(|current| current == content) {
        return Ok(false);
    }
    replace(path, content, mode).map(|()| true)
}

/// Writes under a temporary name beside the file, and renames: a reader sees the old content or the new one.
pub fn replace(path: &Path, content: &[u8], mode: Mode) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // Two processes may write the same file at the same time: the host's build and the Worker's.
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = path.with_file_name(format!(".{}.{}.tmp", name.trim_start_matches('.'), std::process::id()));
    let written = write(&temporary, content, mode).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        let _ = fs::remove_file(&temporary); // the first error says more than a second one
    }
    written
}

fn write(path: &Path, content: &[u8], mode: Mode) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    if mode.private {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(content)?;
    mode.modified.map_or(Ok(()), |time| file.set_modified(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unchanged_file_is_not_touched() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("deep/er/file.txt");
        let write = |content: &[u8]| write_if_changed(&path, content, Mode::default());
        assert!(write(b"one")?);
        let before = fs::metadata(&path)?.modified()?;
        assert!(!write(b"one")?);
        assert_eq!(fs::metadata(&path)?.modified()?, before);
        assert!(write(b"two")?);
        assert_eq!(fs::read(&path)?, b"two");
        assert_eq!(fs::read_dir(path.parent().unwrap_or(&path))?.count(), 1, "no temporary file is left");
        Ok(())
    }

    #[test]
    fn a_file_that_cannot_be_replaced_leaves_nothing_beside_it() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("taken");
        fs::create_dir(&path)?;
        assert!(replace(&path, b"", Mode::default()).is_err());
        assert_eq!(fs::read_dir(folder.path())?.count(), 1);
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn a_private_file_is_its_owners() -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir()?;
        let path = folder.path().join(".secret");
        replace(&path, b"", Mode { private: true, modified: None })?;
        assert_eq!(fs::metadata(&path)?.permissions().mode() & 0o777, 0o600);
        Ok(())
    }
}
