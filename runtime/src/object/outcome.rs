//! What handlers may return: a value, or a `Result` of one.

use crate::codec::{Durable, to_json};
use crate::fail::Fail;
use crate::object::state::State;

/// A handler's result, on its way to JSON.
#[diagnostic::on_unimplemented(
    message = "a handler can't return `{Self}`",
    note = "return a Durable value, nothing, or a `Result` of one whose error derives `DurableError`"
)]
pub trait Outcome {
    /// The encoded value or error.
    fn reply(self) -> Result<String, Fail>;
}

impl<T: Durable> Outcome for T {
    fn reply(self) -> Result<String, Fail> {
        Ok(to_json(&self)?)
    }
}

impl<T: Durable, E: Into<Fail>> Outcome for Result<T, E> {
    fn reply(self) -> Result<String, Fail> {
        Ok(to_json(&self.map_err(Into::into)?)?)
    }
}

/// A create method's result.
#[diagnostic::on_unimplemented(
    message = "a create method can't return `{Self}`",
    note = "return `Self`, or `Result<Self, E>` whose error derives `DurableError`"
)]
pub trait CreateOutcome<S> {
    /// The new state or the error.
    fn created(self) -> Result<S, Fail>;
}

impl<S: State> CreateOutcome<S> for S {
    fn created(self) -> Result<S, Fail> {
        Ok(self)
    }
}

impl<S: State, E: Into<Fail>> CreateOutcome<S> for Result<S, E> {
    fn created(self) -> Result<S, Fail> {
        self.map_err(Into::into)
    }
}
