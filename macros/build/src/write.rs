//! Writing: only if the content changed, and never half a file for a reader that looks at the wrong moment.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::Error;

/// Longer than any build script runs.
const BEFORE_THE_START: Duration = Duration::from_mins(10);

/// Writes `text` under a temporary name and renames it. A file that already says so keeps its modification time.
pub(crate) fn write_if_changed(path: &Path, text: &str) -> Result<bool, Error> {
    if fs::read(path).is_ok_and(|current| current == text.as_bytes()) {
        return Ok(false);
    }
    replace(path, text).map_err(|source| Error::Write { path: path.to_owned(), source })?;
    Ok(true)
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // The host's build and the wasm build may write the same file at the same time.
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    fs::write(&temporary, text)?;
    // Older than the build script's start, which cargo compares it with: a file that the script both writes and watches
    // would else make the next build run it again.
    fs::File::options().write(true).open(&temporary)?.set_modified(SystemTime::now() - BEFORE_THE_START)?;
    fs::rename(&temporary, path).inspect_err(|_| {
        let _ = fs::remove_file(&temporary);
    })
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
    fn an_unchanged_file_is_not_touched() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("deep/er/file.txt");
        assert!(write_if_changed(&path, "one")?);
        let before = fs::metadata(&path)?.modified()?;
        assert!(!write_if_changed(&path, "one")?);
        assert_eq!(fs::metadata(&path)?.modified()?, before);
        assert!(write_if_changed(&path, "two")?);
        assert_eq!(fs::read_to_string(&path)?, "two");
        assert_eq!(fs::read_dir(path.parent().unwrap_or(&path))?.count(), 1, "no temporary file is left");
        Ok(())
    }

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
