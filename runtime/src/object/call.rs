//! One call, and how the four kinds of methods run it.

use std::pin::Pin;
use std::rc::Rc;

use crate::Error;
use crate::fail::Fail;
use crate::object::args::{Args, Source};
use crate::object::cx::Cx;
use crate::object::handle::Handle;
use crate::object::host::{Context, Host};
use crate::object::idempotency::Key;
use crate::object::state::Service;

/// A future on the one thread of an isolate.
pub type LocalFuture<T> = Pin<Box<dyn Future<Output = T>>>;

/// What a dispatch gives: JSON now, or later.
pub enum Reply {
    /// A synchronous method's.
    Now(Result<String, Fail>),
    /// An async method's.
    Later(LocalFuture<Result<String, Fail>>),
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
}

impl<S: Service> std::fmt::Debug for Call<'_, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call").field("class", &S::CLASS).field("method", &self.method).finish_non_exhaustive()
    }
}

impl<S: Service> Call<'_, S> {
    /// The method's place in [`Service::METHODS`].
    pub fn method(&self) -> usize {
        self.method
    }

    fn args(source: Source, method: usize) -> Args {
        Args::new(source, S::METHODS.get(method).map(|method| method.arguments).unwrap_or_default())
    }

    /// Runs a `&self` method.
    pub fn read(self, handler: impl FnOnce(&S, &Cx, Args) -> Result<String, Fail>) -> Reply {
        let args = Self::args(self.source, self.method);
        Reply::Now(self.host.read(&self.context, |state, cx| handler(state, cx, args)))
    }

    /// Runs a `&mut self` method in a transaction.
    pub fn write(self, handler: impl FnOnce(&mut S, &Cx, Args) -> Result<String, Fail>) -> Reply {
        let args = Self::args(self.source, self.method);
        let key = self.key;
        Reply::Now(self.host.write(&self.context, |state, cx| match &key {
            None => handler(state, cx, args),
            Some(key) => key.once(&cx.store, cx.now, || handler(state, cx, args)),
        }))
    }

    /// Runs the create method in a transaction.
    pub fn create(self, handler: impl FnOnce(&Cx, Args) -> Result<S, Fail>) -> Reply {
        let args = Self::args(self.source, self.method);
        let (host, key) = (self.host, self.key);
        let created = host.create(
            &self.context,
            |cx| handler(cx, args),
            |_| {
                let now = crate::Timestamp::from_millis(host.store.backend().now());
                match &key {
                    None => Ok("null".to_owned()),
                    Some(key) => key.once(&host.store, now, || Ok("null".to_owned())),
                }
            },
        );
        Reply::Now(match (created, &key) {
            // The same create again, by the same key, has the same answer.
            (Err(Fail::Durably(Error::AlreadyCreated)), Some(key)) => {
                let now = crate::Timestamp::from_millis(host.store.backend().now());
                match key.find(&host.store, now) {
                    Ok(Some(reply)) => Ok(reply),
                    Ok(None) => Err(Error::AlreadyCreated.into()),
                    Err(error) => Err(error.into()),
                }
            }
            (outcome, _) => outcome,
        })
    }

    /// Starts an async method.
    pub fn start<F>(self, handler: impl FnOnce(Handle<S>, Args) -> Result<F, Fail>) -> Reply
    where
        F: Future<Output = Result<String, Fail>> + 'static,
    {
        let args = Self::args(self.source, self.method);
        let handle = Handle { host: self.host.clone(), context: self.context };
        let store = self.host.store.clone();
        let now = move |store: &crate::storage::store::Store| crate::Timestamp::from_millis(store.backend().now());
        let Some(key) = self.key else {
            return match handler(handle, args) {
                Err(fail) => Reply::Now(Err(fail)),
                Ok(future) => Reply::Later(Box::pin(future)),
            };
        };
        match key.find(&store, now(&store)) {
            Ok(None) => {}
            Ok(Some(reply)) => return Reply::Now(Ok(reply)),
            Err(error) => return Reply::Now(Err(error.into())),
        }
        let host = self.host.clone();
        if !host.running.borrow_mut().insert(key.scope().to_owned()) {
            return Reply::Now(Err(Error::InProgress.into()));
        }
        match handler(handle, args) {
            Err(fail) => {
                host.running.borrow_mut().remove(key.scope());
                Reply::Now(Err(fail))
            }
            Ok(future) => Reply::Later(Box::pin(async move {
                let reply = future.await;
                host.running.borrow_mut().remove(key.scope());
                let reply = reply?;
                // The answer of an object that does not exist is not kept: it would have a table, and no row.
                if host.read(&Context::default(), |_, _| Ok::<_, Error>(())).is_err() {
                    return Ok(reply);
                }
                store.transaction(|| key.once(&store, now(&store), || Ok(reply)))
            })),
        }
    }

    /// Answers a method that is not in the table.
    pub fn unknown(self) -> Reply {
        Reply::Now(Err(Error::UnknownMethod { class: S::CLASS, method: self.method.to_string() }.into()))
    }
}
