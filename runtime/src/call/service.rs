//! What `#[durable_rpc]` says of a class, and one call of it.

use std::rc::Rc;

use super::args::Source;
use super::idempotency::Key;
use super::method::Method;
use super::size::Form;
use crate::config::ConfigEntry;
use crate::domain::CallFailure;
use crate::object::{Context, Host, State};
use crate::platform::LocalFuture;
use crate::value::Timestamp;

/// The methods of a Durable Object. Implemented by `#[durable_rpc]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no `#[durable_rpc]` block",
    label = "this Durable Object has no methods",
    note = "write `#[durable_rpc] impl {Self} {{ … }}` with at least one method"
)]
pub trait Service: State {
    /// In the order of the block.
    const METHODS: &'static [Method<Self>];
    /// Whether there is a create method, without which nothing else answers.
    const HAS_CREATE: bool;
    /// Whether a method takes a `cx`, and so may ask for the configuration.
    const TAKES_CX: bool;
    /// The application's configurations, loaded before a call.
    fn configs() -> Vec<ConfigEntry>;
    /// Runs a method.
    fn dispatch(call: Call<'_, Self>) -> Reply;
}

/// What a dispatch gives: JSON now, or later.
pub enum Reply {
    /// A synchronous method's.
    Now(Result<String, CallFailure>),
    /// An async method's.
    Later(LocalFuture<Result<String, CallFailure>>),
}

impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reply")
    }
}

/// A call of a method, with what it needs.
pub struct Call<'a, S: Service> {
    pub(crate) host: &'a Rc<Host<S>>,
    pub(crate) method: usize,
    pub(crate) source: Source,
    pub(crate) context: Context,
    pub(crate) key: Option<Key>,
    /// After it the call must not begin, and an async one with a key not go on.
    pub(crate) deadline: Option<Timestamp>,
    pub(crate) form: Form,
}

impl<S: Service> std::fmt::Debug for Call<'_, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call").field("class", &S::CLASS).field("method", &self.method).finish_non_exhaustive()
    }
}
