//! Locks that a kill releases: the kernel holds them (flock), whatever becomes of their files.

use std::fs::{self, File, TryLockError};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::failure::At;
use crate::{Reporter, Result, interrupt};

/// Held until it is dropped or its process ends, in whatever way.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
    /// What is removed with it.
    path: Option<PathBuf>,
}

impl Lock {
    /// Its file goes with it. For locks with names that nobody may ever use again.
    pub(crate) fn with_its_file(mut self, path: PathBuf) -> Self {
        self.path = Some(path);
        self
    }

    fn new(file: File) -> Self {
        Self { _file: file, path: None }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Still held: whoever waits for it finds out that the file is gone, and makes another one.
        if let Some(path) = self.path.take() {
            let _ = fs::remove_file(path);
        }
    }
}

/// Takes the lock if nobody holds it.
pub(crate) fn attempt(path: &Path) -> Result<Option<Lock>> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).at("create", folder)?;
    loop {
        let file = fs::OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        let file = file.at("open", path)?;
        match file.try_lock() {
            Ok(()) if is_at(&file, path) => return Ok(Some(Lock::new(file))),
            Ok(()) => {} // removed by the one who held it
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error).at("lock", path),
        }
    }
}

/// Whether the file is the one that others find there.
fn is_at(file: &File, path: &Path) -> bool {
    let id = |file: fs::Metadata| (file.dev(), file.ino());
    file.metadata().ok().map(id) == fs::metadata(path).ok().map(id)
}

/// Takes the lock, and says whom it waits for.
pub(crate) fn wait(path: &Path, report: &Reporter, busy: &str) -> Result<Lock> {
    if let Some(lock) = attempt(path)? {
        return Ok(lock);
    }
    let step = report.step(format!("waiting: {busy}"), "continues as soon as that one finishes");
    loop {
        interrupt::check()?;
        if let Some(lock) = attempt(path)? {
            step.done();
            return Ok(lock);
        }
        thread::sleep(Duration::from_millis(100));
    }
}

#[cfg(test)]
mod tests {
    use super::attempt;

    #[test]
    fn one_at_a_time_also_where_the_file_goes_with_the_lock() {
        let folder = std::env::temp_dir().join(format!("durably-lock-{}", std::process::id()));
        let path = folder.join("one.lock");
        let first = attempt(&path).expect("it can be asked").expect("nobody has it").with_its_file(path.clone());
        assert!(attempt(&path).expect("it can be asked").is_none());
        drop(first);
        assert!(!path.exists());
        let second = attempt(&path).expect("it can be asked").expect("nobody has it");
        assert!(attempt(&path).expect("it can be asked").is_none());
        drop(second);
        std::fs::remove_dir_all(folder).expect("removed");
    }
}
