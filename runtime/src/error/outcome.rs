//! What became of a call that has no answer.

use std::fmt;

/// Whether a call that failed changed anything.
///
/// ```
/// use durably::Outcome;
///
/// assert_eq!(Outcome::NotDone.as_str(), "not_done");
/// assert_eq!(Outcome::Unknown.to_string(), "unknown");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing was done, or all of it was undone: the call may be repeated.
    NotDone,
    /// It was done, and only its answer is lost. To repeat it is to do it twice, unless it carried an idempotency key.
    Done,
    /// Nobody knows, or a part of it was done: repeat it only with an idempotency key.
    Unknown,
}

impl Outcome {
    /// The name at every door: `not_done`, `done` or `unknown`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotDone => "not_done",
            Self::Done => "done",
            Self::Unknown => "unknown",
        }
    }

    /// A word that says nothing is no promise.
    pub(crate) fn read(word: Option<&str>) -> Self {
        match word {
            Some("not_done") => Self::NotDone,
            Some("done") => Self::Done,
            _ => Self::Unknown,
        }
    }

    /// What a caller is to make of it.
    fn advice(self) -> &'static str {
        match self {
            Self::NotDone => "nothing was done",
            Self::Done => "the call was done, and its answer is lost",
            Self::Unknown => "whether the call was done is not known: repeat it only with an idempotency key",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A call that got no answer: why, and what became of it. It is what [`Error::IsolateReset`](crate::Error::IsolateReset) and
/// [`Error::Unreachable`](crate::Error::Unreachable) carry.
///
/// ```
/// use durably::{Error, Lost, Outcome};
///
/// let lost = Lost { why: "a neighbour panicked".into(), outcome: Outcome::NotDone, retryable: true };
/// assert!(Error::IsolateReset(lost).retryable());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// What was in the way.
    pub why: String,
    /// What became of the call.
    pub outcome: Outcome,
    /// Whether to repeat it does nothing twice: nothing was done, or it carried an idempotency key.
    pub retryable: bool,
}

impl Lost {
    pub(crate) fn new(why: String, outcome: Outcome, keyed: bool) -> Self {
        Self { why, outcome, retryable: keyed || outcome == Outcome::NotDone }
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.outcome.advice(), self.why)
    }
}
