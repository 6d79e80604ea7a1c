//! The moments in which a request may go unanswered: somebody was killed, or a build is just being taken over.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A reload replaces a workerd. On a machine that is busy building this takes seconds.
const RELOAD: Duration = Duration::from_secs(15);
/// `dev` gives wrangler 30 seconds to replace a workerd by itself, and starts it again after that.
const RESTART: Duration = Duration::from_secs(50);

/// Each has a beginning and a length. What happens outside of them is never excused.
#[derive(Debug, Clone)]
pub(crate) struct Moments {
    first: Instant,
    all: Arc<Mutex<Vec<(Instant, Duration)>>>,
}

impl Moments {
    pub(crate) fn new() -> Self {
        Self { first: Instant::now(), all: Arc::default() }
    }

    /// The seconds since the test began, to find one's way in what was written.
    pub(crate) fn now(&self) -> String {
        format!("[{:6.1}]", self.first.elapsed().as_secs_f32())
    }

    /// The test is about to take something away from a running `dev`.
    pub(crate) fn disturbed(&self) {
        self.begin(RESTART);
    }

    /// `dev` said something.
    pub(crate) fn heard(&self, line: &str) {
        let restarts = ["restarting", "trying again in a moment", "serving again on"];
        if restarts.iter().any(|said| line.contains(said)) {
            self.begin(RESTART);
        } else if line.contains("reloading") {
            self.begin(RELOAD);
        }
    }

    /// Whether any of what lies between these two is excused.
    pub(crate) fn excuse(&self, from: Instant, to: Instant) -> bool {
        let moments = self.all.lock().expect("nobody panicked");
        moments.iter().any(|(began, length)| *began <= to && from <= *began + *length)
    }

    fn begin(&self, length: Duration) {
        self.all.lock().expect("nobody panicked").push((Instant::now(), length));
    }
}
