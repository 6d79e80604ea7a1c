//! Typed calls of other objects, by native Workers RPC.

use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;
use std::time::Duration;

use super::envelope::{Envelope, Sent, read_reply};
use super::size::fit_arguments;
use crate::codec::{ArgumentWriter, Durable, Json, from_json};
use crate::domain::{DurableError, Failure, Result};
use crate::error::{Error, Outcome, faults_text};
use crate::object::State;
use crate::platform::{Env, Peer, now};
use crate::value::Timestamp;

/// The address of one object of class `S`. Making one wakes nothing.
pub struct Stub<S> {
    peer: Rc<Peer>,
    key: Option<String>,
    deadline: Option<Timestamp>,
    class: PhantomData<S>,
}

impl<S> Clone for Stub<S> {
    fn clone(&self) -> Self {
        Self { peer: self.peer.clone(), key: self.key.clone(), deadline: self.deadline, class: PhantomData }
    }
}

impl<S: State> fmt::Debug for Stub<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stub").field("class", &S::CLASS).field("id", &self.id()).finish_non_exhaustive()
    }
}

impl<S: State> Stub<S> {
    fn of(peer: Peer) -> Self {
        Self { peer: Rc::new(peer), key: None, deadline: None, class: PhantomData }
    }

    /// The object of a name. Names come from what `authorize` established, never from a caller's input: anyone who may
    /// choose a name makes objects.
    pub fn named(env: &Env, name: &str) -> std::result::Result<Self, Error> {
        Peer::named(env, S::BINDING, name).map(Self::of)
    }

    /// The object of an id. The platform checks that it made the id for this class, without waking anything.
    pub fn by_id(env: &Env, id: &str) -> std::result::Result<Self, Error> {
        Peer::by_id(env, S::CLASS, S::BINDING, id).map(Self::of)
    }

    /// A new object with an id of its own.
    pub fn unique(env: &Env) -> std::result::Result<Self, Error> {
        Peer::unique(env, S::BINDING).map(Self::of)
    }

    /// The object's id: 64 hexadecimal digits.
    pub fn id(&self) -> &str {
        self.peer.id()
    }

    /// Makes the next calls safe to repeat: within 24 hours the same key gives the same answer. 1–255 visible ASCII
    /// characters, in the scope of object and method.
    #[must_use]
    pub fn idempotent(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Sets a deadline for the next calls, so long from now. A call that has not begun by then is refused
    /// ([`Error::DeadlineExceeded`]); an async method that was called with an idempotency key is ended then
    /// ([`Error::TimedOut`]), whatever its handler says by [`Handle::within`](crate::Handle::within). All other calls that
    /// have begun go on.
    #[must_use]
    pub fn within(mut self, time: Duration) -> Self {
        self.deadline = Some(now() + time);
        self
    }

    /// Calls a method: what generated clients do.
    pub async fn call<T: Durable, E: DurableError>(
        &self,
        method: &'static str,
        awaits: bool,
        arguments: CallArguments,
    ) -> Result<T, E> {
        let arguments = Sent::Positional(arguments.finish()?);
        let envelope = Envelope {
            method: method.to_owned(),
            arguments,
            key: self.key.clone(),
            deadline: self.deadline,
            who: None,
        };
        let safe = envelope.key.is_some() && !awaits;
        let answer = send(&self.peer, &envelope, safe, None).await?;
        let value = read_reply(&answer).map_err(|error| error.typed())?;
        from_json(value).map_err(|faults| {
            let why = faults_text(&faults);
            Failure::Durably(Error::Other {
                code: "platform".into(),
                status: 500,
                message: format!("the answer of {}::{method} can't be read: {why}", S::CLASS),
                retryable: false,
                outcome: Outcome::Done,
                fields: faults,
                data: None,
            })
        })
    }
}

/// Sends an envelope: see [`Peer::send`].
pub(crate) async fn send(
    peer: &Peer,
    envelope: &Envelope,
    safe: bool,
    status: Option<u16>,
) -> std::result::Result<String, Error> {
    let text = envelope.write()?;
    fit_arguments(&text)?;
    peer.send(&text, safe, status).await
}

/// Arguments being encoded by a generated client.
#[derive(Debug)]
pub struct CallArguments {
    json: Json,
    first: bool,
}

impl Default for CallArguments {
    fn default() -> Self {
        let mut json = Json::default();
        json.raw("[");
        Self { json, first: true }
    }
}

impl ArgumentWriter for CallArguments {
    fn with<T: Durable>(mut self, value: &T) -> Self {
        if !std::mem::take(&mut self.first) {
            self.json.raw(",");
        }
        value.encode(&mut self.json);
        self
    }
}

impl CallArguments {
    pub(crate) fn finish(mut self) -> std::result::Result<String, Error> {
        self.json.raw("]");
        self.json.finish()
    }
}
