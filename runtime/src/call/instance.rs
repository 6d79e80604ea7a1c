//! The object behind the class that the entry module exports.

use std::rc::Rc;

use serde_json::Value;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::args::Source;
use super::envelope::{Arrived, write_reply};
use super::idempotency::Key;
use super::service::{Call, Reply, Service};
use super::size::Form;
use crate::codec::parse;
use crate::config::{Configs, Line, ready};
use crate::domain::CallFailure;
use crate::error::{Error, FieldError};
use crate::object::{Context, Host};
use crate::platform::turn::{Turn, watch_panics};
use crate::platform::{Env, Workerd, js};
use crate::storage::Store;

/// An object of any class, and the calls that wait for its configuration.
pub struct Object(Box<dyn Doors>, Line);

impl std::fmt::Debug for Object {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Object")
    }
}

impl Object {
    /// An object of class `S`. Touches no storage: a constructor that failed would reset the whole isolate.
    pub fn new<S: Service>(ctx: JsValue, env: JsValue) -> Self {
        watch_panics();
        let host = Host::<S>::new(Store::new(Workerd::new(ctx)), Env::new(env), S::HAS_CREATE);
        Self(Box::new(Rc::new(host)), Line::default())
    }

    /// Native RPC: the method's place, its arguments as a JSON array. JSON text, an `Error` to throw, or a Promise.
    pub fn call(&self, method: u32, arguments: &JsValue) -> JsValue {
        self.native(method, arguments, Form::Values)
    }

    /// The same for a method that answers with bytes: base64 in quotes, of which the entry makes a `Uint8Array`.
    pub fn bytes(&self, method: u32, arguments: &JsValue) -> JsValue {
        self.native(method, arguments, Form::Bytes)
    }

    fn native(&self, method: u32, arguments: &JsValue, form: Form) -> JsValue {
        let work = Work::Native { method: method as usize, arguments: arguments.as_string().unwrap_or_default() };
        self.0.enter(work, form, &self.1)
    }

    /// The typed client and HTTP: an envelope. JSON text or a Promise of it.
    pub fn envelope(&self, envelope: &JsValue) -> JsValue {
        let work = match Arrived::read(&envelope.as_string().unwrap_or_default()) {
            Ok(arrived) => Work::Envelope(Box::new(arrived)),
            Err(error) => return value(Form::Envelope, Err(error.into())),
        };
        self.0.enter(work, Form::Envelope, &self.1)
    }
}

/// What came in.
enum Work {
    Native { method: usize, arguments: String },
    Envelope(Box<Arrived>),
}

impl Work {
    fn keyed(&self) -> bool {
        matches!(self, Self::Envelope(arrived) if arrived.key.is_some())
    }
}

/// How an answer goes out.
fn value(form: Form, reply: Result<String, CallFailure>) -> JsValue {
    match (form, reply.map_err(|fail| form.fit_error(fail))) {
        (Form::Envelope, reply) => write_reply(&reply).into(),
        (Form::Values | Form::Bytes, Ok(json)) => json.into(),
        (Form::Values | Form::Bytes, Err(fail)) => js::failure(&fail.json()),
    }
}

fn settled(form: Form, reply: Result<String, CallFailure>) -> Result<JsValue, JsValue> {
    let failed = form != Form::Envelope && reply.is_err();
    let value = value(form, reply);
    if failed { Err(value) } else { Ok(value) }
}

trait Doors {
    fn enter(&self, work: Work, form: Form, line: &Line) -> JsValue;
}

impl<S: Service> Doors for Rc<Host<S>> {
    fn enter(&self, work: Work, form: Form, line: &Line) -> JsValue {
        let configs = if S::TAKES_CX { ready(S::configs) } else { Some(Configs::default()) };
        let Some(configs) = configs.filter(|_| line.is_empty()) else {
            // The configuration is loaded before the transaction, which cannot await.
            let (host, place) = (self.clone(), line.join());
            return promised(form, work.keyed(), async move {
                let configs = if let Some(loaded) = place.turn().await {
                    loaded
                } else {
                    let loaded = crate::config::load_all(&S::configs(), &host.env).await;
                    place.loaded(loaded.clone());
                    loaded
                };
                let reply = run(&host, work, form, configs);
                drop(place);
                match reply {
                    Reply::Now(reply) => reply,
                    Reply::Later(future) => future.await,
                }
            });
        };
        let keyed = work.keyed();
        match run(self, work, form, configs) {
            Reply::Now(reply) => value(form, reply),
            Reply::Later(future) => promised(form, keyed, future),
        }
    }
}

fn promised(form: Form, keyed: bool, reply: impl Future<Output = Result<String, CallFailure>> + 'static) -> JsValue {
    future_to_promise(Turn::of(keyed, async move { settled(form, reply.await) })).into()
}

fn run<S: Service>(host: &Rc<Host<S>>, work: Work, form: Form, configs: Configs) -> Reply {
    match prepare(host, work, form, configs) {
        Ok(call) => S::dispatch(call),
        Err(fail) => Reply::Now(Err(fail)),
    }
}

fn prepare<S: Service>(
    host: &Rc<Host<S>>,
    work: Work,
    form: Form,
    configs: Configs,
) -> Result<Call<'_, S>, CallFailure> {
    match work {
        Work::Native { method, arguments } => {
            let arguments = match parse(&arguments, 1) {
                Ok(Value::Array(arguments)) => arguments,
                Ok(_) => return Err(Error::BadRequest("the arguments are no JSON array".into()).into()),
                Err(why) => {
                    let fault = FieldError { field: String::new(), message: format!("not JSON: {why}") };
                    return Err(Error::BadArguments(vec![fault]).into());
                }
            };
            let context = Context { who: None, configs };
            Ok(Call { host, method, source: Source::Positional(arguments), context, key: None, deadline: None, form })
        }
        Work::Envelope(arrived) => {
            let method = S::METHODS.iter().position(|method| method.name == arrived.method);
            let unknown = || Error::UnknownMethod { class: S::CLASS, method: arrived.method.clone() };
            let method = method.ok_or_else(unknown)?;
            if arrived.deadline.is_some_and(|deadline| host.now() > deadline) {
                return Err(Error::DeadlineExceeded.into());
            }
            let context = Context { who: arrived.who.clone(), configs };
            if let Some(admit) = S::METHODS[method].admit.filter(|_| arrived.http) {
                host.read(&context, |state, cx| {
                    admit(state, cx).map_err(|refusal| CallFailure::from(Error::from(refusal)))
                })?;
            }
            if let Some(fault) = arrived.fault {
                return Err(fault.into());
            }
            let key = match &arrived.key {
                None => None,
                Some(key) => Key::of(&S::METHODS[method], arrived.who.as_ref(), key, &arrived.source)?,
            };
            Ok(Call { host, method, source: arrived.source, context, key, deadline: arrived.deadline, form })
        }
    }
}
