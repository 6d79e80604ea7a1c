//! Ctrl-C, SIGTERM and SIGHUP, noticed wherever this crate waits.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

use crate::{Failure, Result};

static SIGNAL: OnceLock<Arc<AtomicUsize>> = OnceLock::new();

/// Takes the signals over for this process; a second one ends it at once.
pub(crate) fn install() {
    listen(true);
}

/// As [`install`], but however many come they are only noted: for the process that must outlive them to clean up.
pub(crate) fn install_patient() {
    listen(false);
}

fn listen(second_ends: bool) {
    let number = SIGNAL.get_or_init(Arc::default);
    let again = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        if signal == SIGHUP && ignores(SIGHUP) {
            continue; // started by nohup, which means it
        }
        if second_ends {
            let _ = flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&again));
            let _ = flag::register(signal, Arc::clone(&again));
        }
        let _ = flag::register_usize(signal, Arc::clone(number), usize::try_from(signal).unwrap_or(0));
    }
}

/// The signal that asked this process to end, if one has.
pub(crate) fn signal() -> Option<i32> {
    let number = SIGNAL.get()?.load(Ordering::Relaxed);
    i32::try_from(number).ok().filter(|&number| number != 0)
}

/// An error if a signal asked this process to end.
pub(crate) fn check() -> Result<()> {
    signal().map_or(Ok(()), |signal| Err(Failure::stopped(signal)))
}

/// Whether whoever started us has the signal ignored. Known on Linux only.
fn ignores(signal: i32) -> bool {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return false };
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap_or("0").trim().to_owned();
    u64::from_str_radix(&mask, 16).is_ok_and(|mask| mask & (1 << (signal - 1)) != 0)
}
