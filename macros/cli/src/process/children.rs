//! The processes that we started ourselves, to tell them from orphans that fell to us: what a killed supervisor watched.

use std::collections::BTreeSet;
use std::io;
use std::process::{Child, Command};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::tree;

static STARTED: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

fn started() -> MutexGuard<'static, BTreeSet<u32>> {
    STARTED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts a process of ours.
pub(super) fn spawn(command: &mut Command) -> io::Result<Child> {
    // Held while it starts: nobody may take it for an orphan.
    let mut started = started();
    let child = command.spawn()?;
    started.insert(child.id());
    Ok(child)
}

/// It has ended; its number may soon be another's.
pub(super) fn forget(id: u32) {
    started().remove(&id);
}

/// Ends the orphans that fell to us, with all below them, and waits until they are gone.
pub(crate) fn end_orphans() {
    for _ in 0..50 {
        let orphans = {
            let started = started();
            tree::children(std::process::id()).into_iter().filter(|id| !started.contains(id)).collect::<Vec<_>>()
        };
        if orphans.is_empty() {
            return;
        }
        let all: Vec<u32> = orphans.iter().flat_map(|&id| [vec![id], tree::below(id)].concat()).collect();
        tree::signal(&all, tree::KILL);
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}
