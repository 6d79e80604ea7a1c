//! Progress where there is no terminal: a line once the work has taken two seconds, then one now and then.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::{Reporter, WORTH_TELLING, seconds};

/// Often enough for a log that somebody follows, seldom enough for one that somebody reads.
const STILL: Duration = Duration::from_secs(20);

#[derive(Debug)]
pub(super) struct Ticker {
    detail: Arc<Mutex<String>>,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    pub(super) fn start(report: Reporter, what: &str, why: &str) -> Self {
        let detail = Arc::new(Mutex::new(String::new()));
        let (stop, stopped) = channel::<()>();
        let (what, why) = (what.to_owned(), why.to_owned());
        let shown = Arc::clone(&detail);
        let thread = thread::spawn(move || {
            let began = Instant::now();
            let mut wait = WORTH_TELLING;
            while stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                if wait == WORTH_TELLING {
                    report.note(format_args!("{what}{why} …"));
                } else {
                    let detail = shown.lock().unwrap_or_else(PoisonError::into_inner).clone();
                    report.note(format_args!("{what}: {} so far, {detail}", seconds(began.elapsed())));
                }
                wait = STILL;
            }
        });
        Self { detail, stop: Some(stop), thread: Some(thread) }
    }

    pub(super) fn at(&self, detail: &str) {
        detail.clone_into(&mut self.detail.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
