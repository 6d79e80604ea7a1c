//! How handlers and calls fail: with the application's own error or with durably's.

use std::fmt;

use super::durable_error::{DurableError, NoError};
use crate::error::{Error, Outcome, Refusal};

/// How a method or a call fails: with the application's own error, or with durably's.
///
/// ```rust
/// use durably::prelude::*;
/// use durably::Failure;
///
/// #[derive(Debug, DurableError)]
/// pub enum VoteError {
///     #[error(status = 409, "the poll is closed")]
///     Closed,
/// }
///
/// fn explain(failure: &Failure<VoteError>) -> String {
///     match failure {
///         Failure::Domain(VoteError::Closed) => "too late".to_owned(),
///         Failure::Durably(error) => format!("{}, {}", error.code(), error.outcome()),
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Failure<E> {
    /// The application's.
    Domain(E),
    /// durably's.
    Durably(Error),
}

/// What methods return and clients answer. On its error side `?` accepts your error `E`, durably's [`Error`], a [`Refusal`]
/// and the `worker` crate's error.
///
/// ```rust
/// use durably::prelude::*;
///
/// #[derive(Debug, DurableError)]
/// pub enum ParseError {
///     #[error(status = 422, "line {line} is not a number")]
///     NotANumber { line: u32 },
/// }
///
/// fn sum(lines: &[&str], log: &mut Log<i64>) -> Result<i64, ParseError> {
///     let mut sum = 0;
///     for (line, text) in (1..).zip(lines) {
///         let number: i64 = text.parse().map_err(|_| ParseError::NotANumber { line })?;
///         log.push(number)?;
///         sum += number;
///     }
///     Ok(sum)
/// }
/// ```
pub type Result<T, E = NoError> = std::result::Result<T, Failure<E>>;

/// What an `authorize` function answers: who calls, or a [`Refusal`]. In an object there is nobody to name, and it is
/// `Authorized` alone.
///
/// ```rust
/// use durably::prelude::*;
///
/// #[derive(Clone, Debug, Durable)]
/// pub struct Reader { name: String }
///
/// /// In the Worker.
/// async fn reader(caller: &HttpCaller, _env: &Env) -> Authorized<Reader> {
///     Ok(Reader { name: caller.bearer().ok_or(Refusal::Unauthorized)? })
/// }
///
/// #[durable_state]
/// pub struct Draft { author: String, text: String }
///
/// #[durable_rpc(authorize = (reader, Draft::is_author))]
/// impl Draft {
///     #[rpc(http = "GET /drafts/{id}")]
///     pub fn read(&self) -> String {
///         self.text.clone()
///     }
///
///     /// In the object.
///     fn is_author(&self, reader: &Reader) -> Authorized {
///         if self.author == reader.name { Ok(()) } else { Err(Refusal::NotFound) }
///     }
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

    /// What became of the call, or `None` if it was answered, by the application's own error. The writes of a synchronous
    /// method are undone then; those that an async method has made stay.
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
