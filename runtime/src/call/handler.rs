//! What handlers may return: a value, or a `Result` of one.

use crate::codec::{Durable, to_json};
use crate::domain::CallFailure;
use crate::object::State;

/// A handler's result, on its way to JSON.
#[diagnostic::on_unimplemented(
    message = "a handler can't return `{Self}`",
    note = "return a Durable value, nothing, or a `Result` of one whose error derives `DurableError`"
)]
pub trait HandlerReturn {
    /// The encoded value or error.
    fn reply(self) -> Result<String, CallFailure>;
}

impl<T: Durable> HandlerReturn for T {
    fn reply(self) -> Result<String, CallFailure> {
        Ok(to_json(&self)?)
    }
}

impl<T: Durable, E: Into<CallFailure>> HandlerReturn for Result<T, E> {
    fn reply(self) -> Result<String, CallFailure> {
        Ok(to_json(&self.map_err(Into::into)?)?)
    }
}

/// A create method's result.
#[diagnostic::on_unimplemented(
    message = "a create method can't return `{Self}`",
    note = "return `Self`, or `Result<Self, E>` whose error derives `DurableError`"
)]
pub trait CreateReturn<S> {
    /// The new state or the error.
    fn created(self) -> Result<S, CallFailure>;
}

impl<S: State> CreateReturn<S> for S {
    fn created(self) -> Result<S, CallFailure> {
        Ok(self)
    }
}

impl<S: State, E: Into<CallFailure>> CreateReturn<S> for Result<S, E> {
    fn created(self) -> Result<S, CallFailure> {
        self.map_err(Into::into)
    }
}
