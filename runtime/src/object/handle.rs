//! What work that awaits holds of its object.

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

/// What an async method holds instead of the state. The closures of [`read`](Handle::read) and [`write`](Handle::write)
/// cannot await, so the state is never borrowed across an `await`, where other calls of the object run. Each `write` is a
/// transaction of its own; what one has written stays if a later part of the method fails.
///
/// ```rust
/// use durably::Error;
/// use durably::prelude::*;
///
/// #[durable_state]
/// pub struct Digest { url: String, text: String, fetched: Option<Timestamp> }
///
/// #[durable_rpc]
/// impl Digest {
///     pub async fn refresh(this: Handle<Self>) -> Result<()> {
///         let url = this.read(|digest| Ok::<_, Error>(digest.url.clone()))?;
///         let url = url.parse().map_err(worker::Error::from)?;
///         let text = worker::Fetch::Url(url).send().await?.text().await?;
///         this.write(|digest, cx| {
///             digest.text = text;
///             digest.fetched = Some(cx.now());
///             Ok(())
///         })
///     }
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
    /// Reads the state.
    ///
    /// # Errors
    /// [`Error::NotCreated`] if the object was not created yet, [`Error::Reentrant`] inside a `write` of the same object.
    pub fn read<T, E: From<Error>>(&self, look: impl FnOnce(&S) -> Result<T, E>) -> Result<T, E> {
        self.host.read(&self.context, |state, _| look(state))
    }

    /// Changes the state in a transaction of its own. If `change` returns `Err`, storage and memory are as before.
    ///
    /// # Errors
    /// [`Error::NotCreated`] if the object was not created yet, [`Error::Reentrant`] inside a `read` or `write` of the same
    /// object.
    pub fn write<T, E: From<Error>>(&self, change: impl FnOnce(&mut S, &Cx) -> Result<T, E>) -> Result<T, E> {
        self.host.write(&self.context, change)
    }

    /// How long the call may still take, counted from now. A call with an idempotency key is otherwise ended after 30 seconds,
    /// since nobody else can use its key while it runs. A deadline that the caller set counts before this one.
    ///
    /// ```rust
    /// # use durably::prelude::*;
    /// # use std::time::Duration;
    /// #[durable_state]
    /// pub struct Transcript { text: String }
    ///
    /// #[durable_rpc]
    /// impl Transcript {
    ///     pub async fn transcribe(this: Handle<Self>, audio: Vec<u8>) -> Result<()> {
    ///         this.within(Duration::from_secs(300));
    ///         // … await a model that takes its time …
    ///         this.write(|transcript, _| {
    ///             transcript.text = format!("{} bytes of audio", audio.len());
    ///             Ok(())
    ///         })
    ///     }
    /// }
    /// ```
    pub fn within(&self, time: Duration) {
        self.deadline.set(self.now() + time);
    }

    /// The environment: variables, secrets, other objects.
    pub fn env(&self) -> &Env {
        &self.host.env
    }

    /// The time now. It moves on with every `await`.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.host.store.db().now())
    }

    /// The id of this object: 64 hexadecimal digits.
    pub fn object_id(&self) -> String {
        self.host.store.db().object_id()
    }

    /// The configuration as it was when the call began.
    ///
    /// # Errors
    /// [`Error::Config`] or [`Error::ConfigUnavailable`] if it could not be loaded and there is no last good one.
    pub fn config<C: Config>(&self) -> Result<&C, Error> {
        self.context.configs.get::<C>()
    }
}
