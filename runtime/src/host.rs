//! Objects on the host: the same code as on the platform, over a SQLite database. The beginning of it: calls by JSON, and
//! no environment.

use std::pin::pin;
use std::rc::Rc;
use std::task::{Context as Task, Poll, Waker};

use serde_json::Value;

pub use crate::platform::rusqlite::{Committed, Database};

use crate::call::{Call, Form, Key, Reply, Service, Source};
use crate::domain::CallFailure;
use crate::error::Error;
use crate::object::{Context, Host};
use crate::platform::Env;
use crate::storage::Store;

/// An object in memory. A new one over the same database is the object after a wake.
pub struct Instance<S: Service>(Rc<Host<S>>);

impl<S: Service> std::fmt::Debug for Instance<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Instance").field(&S::CLASS).finish()
    }
}

impl<S: Service> Clone for Instance<S> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<S: Service> Instance<S> {
    /// The object of a database, nothing of it read yet.
    pub fn new(database: &Database) -> Self {
        Self(Rc::new(Host::new(Store::new(database.clone()), Env::empty(), S::HAS_CREATE)))
    }

    /// Calls a method with a JSON array of arguments, and perhaps an idempotency key; the answer is JSON text.
    ///
    /// # Errors
    /// What the method answers, as it goes out.
    pub fn call(&self, method: &str, arguments: Vec<Value>, key: Option<&str>) -> Result<String, CallFailure> {
        let place = S::METHODS.iter().position(|known| known.name == method);
        let place = place.ok_or_else(|| Error::UnknownMethod { class: S::CLASS, method: method.to_owned() })?;
        let context = Context::default();
        let (source, form) = (Source::Positional(arguments), Form::Envelope);
        let key = key.map(|key| Key::of(&S::METHODS[place], None, key, &source)).transpose()?.flatten();
        let call = Call { host: &self.0, method: place, source, context, key, deadline: None, form };
        let reply = match S::dispatch(call) {
            Reply::Now(reply) => reply,
            Reply::Later(future) => finished(future),
        };
        reply.map_err(|fail| form.fit_error(fail))
    }
}

/// Runs a future that waits for nothing but what is on this thread.
fn finished<T>(future: impl Future<Output = Result<T, CallFailure>>) -> Result<T, CallFailure> {
    let mut future = pin!(future);
    match future.as_mut().poll(&mut Task::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => Err(Error::Platform("the method waits for what there is not on the host".into()).into()),
    }
}
