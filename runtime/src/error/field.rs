//! What is wrong with one field of what somebody sent or stored.

use std::fmt;

/// One field of a request or a configuration that is wrong, and why.
///
/// ```rust
/// use durably::prelude::*;
/// use durably::{Error, FieldError};
///
/// fn checked(title: String) -> Result<String> {
///     if title.is_empty() {
///         let fault = FieldError { field: "title".to_owned(), message: "must not be empty".to_owned() };
///         return Err(Error::BadArguments(vec![fault]).into());
///     }
///     Ok(title)
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Path with dots: `turn.text`, `items.3`. Empty for the value as a whole.
    pub field: String,
    /// What was expected and what was found.
    pub message: String,
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field.as_str() {
            "" => f.write_str(&self.message),
            field => write!(f, "{field}: {}", self.message),
        }
    }
}

/// All faults in one line.
pub(crate) fn faults_text(faults: &[FieldError]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
