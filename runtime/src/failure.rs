//! How handlers and calls fail: with the application's own error or with durably's.

use std::fmt;

use serde_json::Value;

use crate::codec::{Decoder, Json};
use crate::outcome::Outcome;
use crate::{Error, Refusal};

/// An error of the application's own, that crosses the wire with a stable code. Implemented by `#[derive(DurableError)]`.
pub trait DurableError: crate::codec::Declared + Sized + 'static {
    /// The variant's name in `snake_case`.
    fn code(&self) -> &'static str;
    /// The HTTP status, 400–599.
    fn status(&self) -> u16;
    /// The message with its fields filled in.
    fn message(&self) -> String;
    /// The variant's fields.
    fn encode(&self, json: &mut Json);
    /// The error again from its code and fields.
    fn decode(code: &str, data: Value, decoder: &mut Decoder) -> Option<Self>;
}

/// The error of a method that has none of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoError {}

impl crate::codec::Declared for NoError {
    const DECL: u64 = crate::fingerprint::builtin("NoError", &[]);
}

impl DurableError for NoError {
    fn code(&self) -> &'static str {
        match *self {}
    }
    fn status(&self) -> u16 {
        match *self {}
    }
    fn message(&self) -> String {
        match *self {}
    }
    fn encode(&self, _: &mut Json) {
        match *self {}
    }
    fn decode(_: &str, _: Value, _: &mut Decoder) -> Option<Self> {
        None
    }
}

impl fmt::Display for NoError {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

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

impl<E> From<worker::Error> for Failure<E> {
    fn from(error: worker::Error) -> Self {
        Self::Durably(error.into())
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
