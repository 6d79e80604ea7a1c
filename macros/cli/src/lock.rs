//! Locks that a kill releases: the kernel holds them (flock), no file has to be cleaned up.

use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::failure::At;
use crate::{Reporter, Result, interrupt};

/// Held until it is dropped or its process ends, in whatever way.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

/// Takes the lock if nobody holds it.
pub(crate) fn attempt(path: &Path) -> Result<Option<Lock>> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).at("create", folder)?;
    let file = fs::OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    let file = file.at("open", path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Lock { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error).at("lock", path),
    }
}

/// Takes the lock, and says whom it waits for.
pub(crate) fn wait(path: &Path, report: &Reporter, busy: &str) -> Result<Lock> {
    if let Some(lock) = attempt(path)? {
        return Ok(lock);
    }
    let step = report.step(format!("waiting: {busy}"), "it goes on here as soon as that one ends");
    loop {
        interrupt::check()?;
        if let Some(lock) = attempt(path)? {
            step.done();
            return Ok(lock);
        }
        thread::sleep(Duration::from_millis(100));
    }
}
