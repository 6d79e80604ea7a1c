use std::cell::Cell;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use super::cx::Cx;
use super::state::State;
use super::transaction::{Context, Host};
use crate::config::Config;
use crate::error::Error;
use crate::platform::Env;
use crate::value::Timestamp;

/// What work that awaits holds in place of the state. Its closures cannot await, so no borrow of the state lives across
/// an `await`; each `write` is a transaction of its own.
///
/// ```ignore
/// pub async fn ask(this: Handle<Self>, prompt: String) -> Result<Turn, ChatError> {
///     let history = this.read(|chat| chat.turns.last(20))?;
///     let reply = generate(this.env(), &history, &prompt).await?;
///     this.write(|chat, cx| chat.append(cx, reply))
/// }
/// ```
pub struct Handle<S: State> {
    pub(crate) host: Rc<Host<S>>,
    pub(crate) context: Context,
    /// When the call is ended if it carries an idempotency key and its caller set no deadline.
    pub(crate) deadline: Rc<Cell<Timestamp>>,
}

impl<S: State> Clone for Handle<S> {
    fn clone(&self) -> Self {
        Self { host: self.host.clone(), context: self.context.clone(), deadline: self.deadline.clone() }
    }
}

impl<S: State> fmt::Debug for Handle<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").field("class", &S::CLASS).finish_non_exhaustive()
    }
}

impl<S: State> Handle<S> {
    /// Looks at the state.
    ///
    /// # Errors
    /// [`Error::Reentrant`] inside a `write` of the same object; [`Error::NotCreated`] before it was created.
    pub fn read<T, E: From<Error>>(&self, look: impl FnOnce(&S) -> Result<T, E>) -> Result<T, E> {
        self.host.read(&self.context, |state, _| look(state))
    }

    /// Changes the state in a transaction of its own: on `Err` storage and memory are as before.
    ///
    /// # Errors
    /// [`Error::Reentrant`] inside a `read` or `write` of the same object; [`Error::NotCreated`] before it was created.
    pub fn write<T, E: From<Error>>(&self, change: impl FnOnce(&mut S, &Cx) -> Result<T, E>) -> Result<T, E> {
        self.host.write(&self.context, change)
    }

    /// How long the call may go on from now, where it would otherwise be ended after 30 seconds: if it carries an
    /// idempotency key, which nobody else can use meanwhile. A deadline that the caller set counts before this one.
    ///
    /// ```ignore
    /// pub async fn transcribe(this: Handle<Self>, audio: Vec<u8>) -> Result<String> {
    ///     this.within(Duration::from_mins(5));
    ///     …
    /// }
    /// ```
    pub fn within(&self, time: Duration) {
        self.deadline.set(self.now() + time);
    }

    /// The environment.
    pub fn env(&self) -> &Env {
        &self.host.env
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.host.store.db().now())
    }

    /// The id of this object.
    pub fn object_id(&self) -> String {
        self.host.store.db().object_id()
    }

    /// The configuration as it was when the call began.
    pub fn config<C: Config>(&self) -> Result<&C, Error> {
        self.context.configs.get::<C>()
    }
}
