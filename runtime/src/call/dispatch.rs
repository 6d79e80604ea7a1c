//! One call, and how the four kinds of methods run it.

use std::cell::Cell;
use std::rc::Rc;

use super::args::{Args, Source};
use super::idempotency::{DEADLINE, Key};
use super::service::{Call, Reply, Service};
use crate::domain::{CallFailure, Cause};
use crate::error::{Error, Outcome};
use crate::object::Cx;
use crate::object::Handle;
use crate::object::{Context, Host};
use crate::platform::ended_by;
use crate::platform::turn::{keyed, reached};
use crate::storage::Store;

impl<S: Service> Call<'_, S> {
    /// The method's place in [`Service::METHODS`].
    pub fn method(&self) -> usize {
        self.method
    }

    fn args(source: Source, method: usize) -> Args {
        Args::new(source, S::METHODS.get(method).map(|method| method.arguments).unwrap_or_default())
    }

    /// Runs a `&self` method.
    pub fn read(self, handler: impl FnOnce(&S, &Cx, Args) -> Result<String, CallFailure>) -> Reply {
        let args = Self::args(self.source, self.method);
        let form = self.form;
        let reply = self.host.read(&self.context, |state, cx| Ok(form.fit(handler(state, cx, args)?)?));
        Reply::Now(reply.map_err(CallFailure::undone))
    }

    /// Runs a `&mut self` method in a transaction.
    pub fn write(self, handler: impl FnOnce(&mut S, &Cx, Args) -> Result<String, CallFailure>) -> Reply {
        let args = Self::args(self.source, self.method);
        let (key, form) = (self.key, self.form);
        let outcome = self.host.write(&self.context, |state, cx| {
            let work = || Ok(form.fit(handler(state, cx, args)?)?);
            match &key {
                None => work(),
                Some(key) => key.once(&cx.store, cx.now, work),
            }
        });
        Reply::Now(committed(outcome, &self.host.store))
    }

    /// Runs the create method in a transaction.
    pub fn create(self, handler: impl FnOnce(&Cx, Args) -> Result<S, CallFailure>) -> Reply {
        let args = Self::args(self.source, self.method);
        let (host, key) = (self.host, self.key);
        let created = host.create(
            &self.context,
            |cx| handler(cx, args),
            |_| match &key {
                None => Ok("null".to_owned()),
                Some(key) => key.once(&host.store, host.now(), || Ok("null".to_owned())),
            },
        );
        Reply::Now(match (committed(created, &host.store), &key) {
            // The same create again, by the same key, has the same answer.
            (Err(CallFailure { cause: Cause::Durably(Error::AlreadyCreated), .. }), Some(key)) => {
                match key.find(&host.store, host.now()) {
                    Ok(Some(reply)) => committed(Ok(reply), &host.store),
                    Ok(None) => Err(Error::AlreadyCreated.into()),
                    Err(fail) => Err(fail),
                }
            }
            (outcome, _) => outcome,
        })
    }

    /// Starts an async method.
    pub fn start<F>(self, handler: impl FnOnce(Handle<S>, Args) -> Result<F, CallFailure>) -> Reply
    where
        F: Future<Output = Result<String, CallFailure>> + 'static,
    {
        let args = Self::args(self.source, self.method);
        let (host, form, asked) = (self.host.clone(), self.form, self.deadline);
        // An object that does not exist, or can't be read, has begun nothing.
        if let Err(fail) = host.read(&Context::default(), |_, _| Ok::<_, CallFailure>(())) {
            return Reply::Now(Err(fail));
        }
        let running = match self.key.map(|key| Running::begin(&host, key)).transpose() {
            Ok(Some(Begun::Answered(reply))) => return Reply::Now(committed(Ok(reply), &host.store)),
            Ok(Some(Begun::Running(running))) => Some(running),
            Ok(None) => None,
            Err(fail) => return Reply::Now(Err(fail)),
        };
        let own = Rc::new(Cell::new(host.now() + DEADLINE));
        let handle = Handle { host: host.clone(), context: self.context, deadline: own.clone() };
        let future = match handler(handle, args) {
            Ok(future) => future,
            Err(fail) => return Reply::Now(Err(fail)),
        };
        Reply::Later(Box::pin(async move {
            reached(Outcome::Unknown);
            let Some(running) = running else {
                let reply = future.await.map_err(CallFailure::begun)?;
                reached(Outcome::Done);
                return form.fit(reply).map_err(|error| CallFailure::from(error).done());
            };
            let reply = ended_by(|| asked.unwrap_or(own.get()), || host.now(), future).await;
            let reply = reply.map_err(CallFailure::from).and_then(|reply| reply).map_err(CallFailure::begun)?;
            let kept = running.keep(reply)?;
            reached(Outcome::Done);
            keyed();
            Ok(kept)
        }))
    }

    /// Answers a method that is not in the table.
    pub fn unknown(self) -> Reply {
        Reply::Now(Err(Error::UnknownMethod { class: S::CLASS, method: self.method.to_string() }.into()))
    }
}

/// What became of a transaction: from here on it is done, or undone.
fn committed(outcome: Result<String, CallFailure>, store: &Store) -> Result<String, CallFailure> {
    match outcome {
        Ok(reply) => {
            reached(Outcome::Done);
            Ok(reply)
        }
        // The answer that a key kept of work that was done says so.
        Err(fail) if fail.outcome == Outcome::Done => Err(fail),
        Err(fail) if store.is_unknown() => Err(fail.begun()),
        Err(fail) => Err(fail.undone()),
    }
}

/// An async call with an idempotency key. As long as it is there, no other call with its key begins.
struct Running<S: Service> {
    host: Rc<Host<S>>,
    key: Key,
}

enum Begun<S: Service> {
    Answered(String),
    Running(Running<S>),
}

impl<S: Service> Running<S> {
    fn begin(host: &Rc<Host<S>>, key: Key) -> Result<Begun<S>, CallFailure> {
        if let Some(reply) = key.find(&host.store, host.now())? {
            return Ok(Begun::Answered(reply));
        }
        if !host.running.borrow_mut().insert(key.scope().to_owned()) {
            return Err(Error::InProgress.into());
        }
        Ok(Begun::Running(Self { host: host.clone(), key }))
    }

    fn keep(&self, reply: String) -> Result<String, CallFailure> {
        // The answer of an object that does not exist is not kept: it would have a table, and no row.
        match self.host.read(&Context::default(), |_, _| Ok::<_, Error>(())) {
            Ok(()) => {}
            Err(Error::NotCreated) => return Ok(reply),
            // Told as kept, the work would be done again under this key.
            Err(error) => return Err(CallFailure::from(error).done()),
        }
        self.key.keep_of_done(&self.host.store, self.host.now(), reply)
    }
}

impl<S: Service> Drop for Running<S> {
    fn drop(&mut self) {
        self.host.running.borrow_mut().remove(self.key.scope());
    }
}
