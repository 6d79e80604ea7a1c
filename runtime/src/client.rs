//! Typed calls of other objects, by native Workers RPC.

use std::cell::RefCell;
use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;
use std::time::Duration;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use worker::worker_sys::types::{DurableObject, DurableObjectId, DurableObjectNamespace};

use crate::codec::{Durable, Json, from_json};
use crate::env::Env;
use crate::error::Error;
use crate::failure::{DurableError, Failure, Result};
use crate::object::envelope::{Arguments, Envelope, read_reply};
use crate::object::size::fit_arguments;
use crate::object::state::State;
use crate::outcome::{Lost, Outcome};
use crate::storage::workerd::error_text;
use crate::{Timestamp, js};

/// The address of one object of class `S`. Making one wakes nothing.
pub struct Stub<S> {
    address: Rc<Address>,
    key: Option<String>,
    deadline: Option<Timestamp>,
    class: PhantomData<S>,
}

/// Where an object is, and the platform's stub for it.
struct Address {
    namespace: DurableObjectNamespace,
    id: DurableObjectId,
    text: String,
    object: RefCell<DurableObject>,
}

impl Address {
    fn stub(&self) -> DurableObject {
        self.object.borrow().clone().unchecked_into()
    }

    /// A stub that failed once fails for ever, though its object is there again: later calls take another.
    fn renew(&self) {
        if let Ok(object) = self.namespace.get(&self.id) {
            self.object.replace(object);
        }
    }
}

impl<S> Clone for Stub<S> {
    fn clone(&self) -> Self {
        Self { address: self.address.clone(), key: self.key.clone(), deadline: self.deadline, class: PhantomData }
    }
}

impl<S: State> fmt::Debug for Stub<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stub").field("class", &S::CLASS).field("id", &self.id()).finish_non_exhaustive()
    }
}

impl<S: State> Stub<S> {
    fn namespace(env: &Env) -> std::result::Result<DurableObjectNamespace, Error> {
        env.binding("the Durable Object namespace", S::BINDING).map(JsCast::unchecked_into)
    }

    fn at(namespace: DurableObjectNamespace, id: DurableObjectId) -> std::result::Result<Self, Error> {
        let failed = |error: JsValue| Error::Platform(error_text(&error));
        let text = id.to_string().map_err(failed)?;
        let object = RefCell::new(namespace.get(&id).map_err(failed)?);
        let address = Rc::new(Address { namespace, id, text, object });
        Ok(Self { address, key: None, deadline: None, class: PhantomData })
    }

    /// The object of a name. Names come from what `authorize` established, never from a caller's input: anyone who may
    /// choose a name makes objects.
    pub fn named(env: &Env, name: &str) -> std::result::Result<Self, Error> {
        let namespace = Self::namespace(env)?;
        let id = namespace.id_from_name(name).map_err(|error| Error::Platform(error_text(&error)))?;
        Self::at(namespace, id)
    }

    /// The object of an id. The platform checks that it made the id for this class, without waking anything.
    pub fn by_id(env: &Env, id: &str) -> std::result::Result<Self, Error> {
        let namespace = Self::namespace(env)?;
        let bad = || Error::BadId { class: S::CLASS, id: id.chars().take(80).collect() };
        let id = read_id(&namespace, id).ok_or_else(bad)?;
        Self::at(namespace, id)
    }

    /// A new object with an id of its own.
    pub fn unique(env: &Env) -> std::result::Result<Self, Error> {
        let namespace = Self::namespace(env)?;
        let id = namespace.new_unique_id().map_err(|error| Error::Platform(error_text(&error)))?;
        Self::at(namespace, id)
    }

    /// The object's id: 64 hexadecimal digits.
    pub fn id(&self) -> &str {
        &self.address.text
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
        #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds, far below 2^53")]
        let now = Timestamp::from_millis(js_sys::Date::now() as i64);
        self.deadline = Some(now + time);
        self
    }

    /// Calls a method: what generated clients do.
    pub async fn call<T: Durable, E: DurableError>(
        &self,
        method: &'static str,
        awaits: bool,
        arguments: CallArguments,
    ) -> Result<T, E> {
        let arguments = Arguments::Positional(arguments.finish()?);
        let envelope = Envelope {
            method: method.to_owned(),
            arguments,
            key: self.key.clone(),
            deadline: self.deadline,
            who: None,
        };
        let safe = envelope.key.is_some() && !awaits;
        let answer = send(&self.address.stub(), &envelope, safe, None).await.inspect_err(|error| {
            if matches!(error, Error::Unreachable(_)) {
                self.address.renew();
            }
        })?;
        let value = read_reply(&answer).map_err(|error| error.typed())?;
        from_json(value).map_err(|faults| {
            let why = crate::codec::faults_text(&faults);
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

/// The stub of an object whose class is known by its binding only.
pub(crate) fn stub_by_id(
    env: &Env,
    class: &'static str,
    binding: &str,
    id: &str,
) -> std::result::Result<DurableObject, Error> {
    let namespace: DurableObjectNamespace = env.binding("the Durable Object namespace", binding)?.unchecked_into();
    let bad = || Error::BadId { class, id: id.chars().take(80).collect() };
    let id = read_id(&namespace, id).ok_or_else(bad)?;
    namespace.get(&id).map_err(|error| Error::Platform(error_text(&error)))
}

/// The platform also reads capitals; one object has one id here, so that ids can be compared as texts.
fn read_id(namespace: &DurableObjectNamespace, id: &str) -> Option<DurableObjectId> {
    let canonical = id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    if canonical { namespace.id_from_string(id).ok() } else { None }
}

/// Sends an envelope. The answer is a reply's text; `Err` is a transport error. `safe`: the call may be repeated whatever
/// became of it: it has a key, or only reads. `status`: the request that runs now is there for this call alone, was done if
/// this one was, and is answered with that status.
pub(crate) async fn send(
    stub: &DurableObject,
    envelope: &Envelope,
    safe: bool,
    status: Option<u16>,
) -> std::result::Result<String, Error> {
    let text = envelope.write()?;
    fit_arguments(&text)?;
    let lost = |error: JsValue| Error::Unreachable(Lost::new(error_text(&error), Outcome::Unknown, safe));
    let answer = JsFuture::from(js::send(stub, &text, status).map_err(lost)?).await.map_err(lost)?;
    Ok(answer.as_string().unwrap_or_default())
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

impl CallArguments {
    /// Adds the next argument.
    #[must_use]
    pub fn with<T: Durable>(mut self, value: &T) -> Self {
        if !std::mem::take(&mut self.first) {
            self.json.raw(",");
        }
        value.encode(&mut self.json);
        self
    }

    pub(crate) fn finish(mut self) -> std::result::Result<String, Error> {
        self.json.raw("]");
        self.json.finish()
    }
}
