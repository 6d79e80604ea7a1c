//! Another object: where it is, and the platform's stub for it.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use worker::worker_sys::types::{DurableObject, DurableObjectId, DurableObjectNamespace};

use super::errors::error_text;
use super::{Env, js};
use crate::error::{Error, Lost, Outcome};

/// An object, by its address. Making one wakes nothing.
pub(crate) struct Peer {
    namespace: DurableObjectNamespace,
    id: DurableObjectId,
    text: String,
    object: RefCell<DurableObject>,
}

impl Peer {
    /// The object of a name.
    pub(crate) fn named(env: &Env, binding: &str, name: &str) -> Result<Self, Error> {
        let namespace = namespace(env, binding)?;
        let id = namespace.id_from_name(name).map_err(|error| failed(&error))?;
        Self::made(namespace, id)
    }

    /// A new object.
    pub(crate) fn unique(env: &Env, binding: &str) -> Result<Self, Error> {
        let namespace = namespace(env, binding)?;
        let id = namespace.new_unique_id().map_err(|error| failed(&error))?;
        Self::made(namespace, id)
    }

    /// The object of an id. The platform checks that it made the id for this class.
    pub(crate) fn by_id(env: &Env, class: &'static str, binding: &str, id: &str) -> Result<Self, Error> {
        let namespace = namespace(env, binding)?;
        let bad = || Error::BadId { class, id: id.chars().take(80).collect() };
        let known = read_id(&namespace, id).ok_or_else(bad)?;
        Self::at(namespace, known, id.to_owned())
    }

    fn made(namespace: DurableObjectNamespace, id: DurableObjectId) -> Result<Self, Error> {
        let text = id.to_string().map_err(|error| failed(&error))?;
        Self::at(namespace, id, text)
    }

    fn at(namespace: DurableObjectNamespace, id: DurableObjectId, text: String) -> Result<Self, Error> {
        let object = RefCell::new(namespace.get(&id).map_err(|error| failed(&error))?);
        Ok(Self { namespace, id, text, object })
    }

    /// Its id: 64 hexadecimal digits.
    pub(crate) fn id(&self) -> &str {
        &self.text
    }

    /// Sends an envelope. The answer is a reply's text; `Err` is a transport error. `safe`: the call may be repeated whatever
    /// became of it: it has a key, or only reads. `status`: the request that runs now is there for this call alone, was done
    /// if this one was, and is answered with that status.
    pub(crate) async fn send(&self, envelope: &str, safe: bool, status: Option<u16>) -> Result<String, Error> {
        let lost = |error: JsValue| {
            self.renew();
            Error::Unreachable(Lost::new(error_text(&error), Outcome::Unknown, safe))
        };
        let stub: DurableObject = self.object.borrow().clone().unchecked_into();
        let answer = JsFuture::from(js::send(&stub, envelope, status).map_err(lost)?).await.map_err(lost)?;
        Ok(answer.as_string().unwrap_or_default())
    }

    /// A stub that failed once fails for ever, though its object is there again: later calls take another.
    fn renew(&self) {
        if let Ok(object) = self.namespace.get(&self.id) {
            self.object.replace(object);
        }
    }
}

fn failed(error: &JsValue) -> Error {
    Error::Platform(error_text(error))
}

fn namespace(env: &Env, binding: &str) -> Result<DurableObjectNamespace, Error> {
    env.binding("the Durable Object namespace", binding).map(JsCast::unchecked_into)
}

/// The platform also reads capitals; one object has one id here, so that ids can be compared as texts.
fn read_id(namespace: &DurableObjectNamespace, id: &str) -> Option<DurableObjectId> {
    let canonical = id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    if canonical { namespace.id_from_string(id).ok() } else { None }
}
