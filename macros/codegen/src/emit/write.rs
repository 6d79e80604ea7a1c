//! Writing and removing generated files.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use durably_contract::files::{self, Mode};

use crate::Error;

/// Longer than any build script runs.
const BEFORE_THE_START: Duration = Duration::from_mins(10);

/// Writes `text`. A file that already says so keeps its modification time.
pub(crate) fn write_if_changed(path: &Path, text: &str) -> Result<bool, Error> {
    // Older than the build script's start, which cargo compares it with: a file that the script both writes and watches
    // would else make the next build run it again.
    let mode = Mode { modified: Some(SystemTime::now() - BEFORE_THE_START), ..Mode::default() };
    files::write_if_changed(path, text.as_bytes(), mode)
        .map_err(|source| Error::Write { path: path.to_owned(), source })
}

/// Removes the files below `folder` that are not among `kept`, and folders that this empties.
pub(crate) fn prune(folder: &Path, kept: &[PathBuf]) -> Result<(), Error> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        if path.is_dir() {
            prune(&path, kept)?;
            let _ = fs::remove_dir(&path); // fails, as it should, while something is in it
        } else if !kept.contains(&path) {
            fs::remove_file(&path).map_err(|source| Error::Write { path, source })?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_longer_generated_goes() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let kept = folder.path().join("dev/A.json");
        write_if_changed(&kept, "")?;
        write_if_changed(&folder.path().join("old/B.json"), "")?;
        prune(folder.path(), std::slice::from_ref(&kept))?;
        assert!(kept.exists());
        assert!(!folder.path().join("old").exists());
        Ok(())
    }
}
