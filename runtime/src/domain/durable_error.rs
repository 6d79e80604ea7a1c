//! The application's own errors.

use std::fmt;

use serde_json::Value;

use crate::codec::{Declared, Decoder, Json};
use durably_contract::decl::builtin;

/// An error of the application that crosses the wire with a stable code. Implement it with `#[derive(DurableError)]`.
///
/// ```rust
/// use durably::prelude::*;
///
/// #[derive(Debug, DurableError)]
/// pub enum SeatError {
///     #[error(status = 409, "seat {seat} is taken")]
///     Taken { seat: u32 },
/// }
///
/// #[test]
/// fn what_callers_see() {
///     let error = SeatError::Taken { seat: 4 };
///     assert_eq!((error.code(), error.status()), ("taken", 409));
///     assert_eq!(error.message(), "seat 4 is taken");
/// }
/// ```
pub trait DurableError: Declared + Sized + 'static {
    /// The variant's name in `snake_case`.
    fn code(&self) -> &'static str;
    /// The HTTP status, 400–599.
    fn status(&self) -> u16;
    /// The message with its fields filled in.
    fn message(&self) -> String;
    /// The variant's fields.
    #[doc(hidden)]
    fn encode(&self, json: &mut Json);
    /// The error again from its code and fields.
    #[doc(hidden)]
    fn decode(code: &str, data: Value, decoder: &mut Decoder) -> Option<Self>;
}

/// The error of a method that has none of its own: `Result<T>` is `Result<T, NoError>`. It has no value, so a `match` on a
/// [`Failure<NoError>`](crate::Failure) has one case to handle.
///
/// ```
/// use durably::{Error, Failure, NoError};
///
/// fn own(failure: Failure<NoError>) -> Error {
///     match failure {
///         Failure::Durably(error) => error,
///         Failure::Domain(none) => match none {},
///     }
/// }
/// assert_eq!(own(Failure::Durably(Error::NotCreated)), Error::NotCreated);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoError {}

impl Declared for NoError {
    const DECL: u64 = builtin("NoError", &[]);
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
