//! How handlers and calls fail: with the application's own error or with durably's.

use std::fmt;

use super::durable_error::{DurableError, NoError};
use crate::error::{Error, Outcome, Refusal};

/// How a handler or a call fails: with the application's own error or with durably's.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure<E> {
    /// The application's.
    Domain(E),
    /// durably's.
    Durably(Error),
}

/// What handlers return and clients give. Through `?` its error side takes your `E`, durably's errors and worker's.
pub type Result<T, E = NoError> = std::result::Result<T, Failure<E>>;

/// What an `authorize` function answers: who calls, or why this caller is not let in.
///
/// ```ignore
/// async fn caller(caller: &HttpCaller, env: &Env) -> Authorized<UserId> {
///     let token = caller.bearer().ok_or(Refusal::Unauthorized)?;
///     …
/// }
/// ```
pub type Authorized<Who = ()> = std::result::Result<Who, Refusal>;

impl<E> Failure<E> {
    /// The application's error, if it is one.
    pub fn domain(&self) -> Option<&E> {
        match self {
            Self::Domain(error) => Some(error),
            Self::Durably(_) => None,
        }
    }

    /// durably's error, if it is one.
    pub fn durably(&self) -> Option<&Error> {
        match self {
            Self::Domain(_) => None,
            Self::Durably(error) => Some(error),
        }
    }

    /// What became of the call. `None`: it was answered, by the application's own error. A synchronous method's writes are
    /// undone with that, what an async one has written stays.
    pub fn outcome(&self) -> Option<Outcome> {
        self.durably().map(Error::outcome)
    }
}

impl<E: DurableError> From<E> for Failure<E> {
    fn from(error: E) -> Self {
        Self::Domain(error)
    }
}

impl<E> From<Error> for Failure<E> {
    fn from(error: Error) -> Self {
        Self::Durably(error)
    }
}

impl<E> From<Refusal> for Failure<E> {
    fn from(refusal: Refusal) -> Self {
        Self::Durably(Error::Refused(refusal))
    }
}

impl<E: DurableError> fmt::Display for Failure<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Domain(error) => f.write_str(&error.message()),
            Self::Durably(error) => error.fmt(f),
        }
    }
}

impl<E: DurableError + fmt::Debug> std::error::Error for Failure<E> {}
