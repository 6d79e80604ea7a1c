//! Users, as the issuer of sessions names them.

use durably::prelude::*;
use durably::{Error, FieldError};

/// A user's name: 1 to 128 characters, any Unicode.
#[derive(Clone, Debug, PartialEq, Eq, Durable)]
pub struct UserId(String);

/// The most characters of a user's name.
const MAX: usize = 128;

impl UserId {
    /// Checks a name that came from outside.
    pub fn checked(name: String) -> std::result::Result<Self, Error> {
        match name.chars().count() {
            1..=MAX => Ok(Self(name)),
            0 => Err(invalid("user", "must not be empty")),
            length => Err(invalid("user", format!("has {length} characters, at most {MAX} are allowed"))),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A field of a request that is wrong.
pub fn invalid(field: &str, message: impl Into<String>) -> Error {
    Error::BadArguments(vec![FieldError { field: field.into(), message: message.into() }])
}
