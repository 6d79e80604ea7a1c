//! One object in an instance: the state, its transactions, its handles.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;

use serde_json::Value;

use super::cx::Cx;
use super::slot::Slot;
use super::state::State;
use crate::collection::creating;
use crate::config::Configs;
use crate::error::Error;
use crate::platform::Env;
use crate::storage::Store;
use crate::value::Timestamp;

/// An object of class `S`.
pub(crate) struct Host<S: State> {
    pub(crate) store: Store,
    pub(crate) env: Env,
    pub(crate) slot: RefCell<Slot<S>>,
    /// Whether nothing exists before the create method ran.
    needs_create: bool,
    last_id: Cell<u64>,
    /// The idempotency keys, in their scopes, of async calls that are running.
    pub(crate) running: RefCell<HashSet<String>>,
}

/// What a call brings besides its arguments.
#[derive(Debug, Clone, Default)]
pub(crate) struct Context {
    pub(crate) who: Option<Value>,
    pub(crate) configs: Configs,
}

impl<S: State> Host<S> {
    pub(crate) fn new(store: Store, env: Env, needs_create: bool) -> Self {
        let (slot, last_id, running) = (RefCell::new(Slot::new()), Cell::new(0), RefCell::default());
        Self { store, env, slot, needs_create, last_id, running }
    }

    pub(crate) fn cx(&self, context: &Context) -> Cx {
        Cx {
            store: self.store.clone(),
            env: self.env.clone(),
            configs: context.configs.clone(),
            who: context.who.clone(),
            now: Timestamp::from_millis(self.store.db().now()),
            class: S::CLASS,
            last_id: RefCell::new(self.last_id.get()),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.store.db().now())
    }

    /// Keeps ids rising from call to call.
    fn leave(&self, cx: &Cx) {
        self.last_id.set(*cx.last_id.borrow());
    }

    /// Runs a handler that only reads.
    pub(crate) fn read<T, E: From<Error>>(
        &self,
        context: &Context,
        handler: impl FnOnce(&S, &Cx) -> Result<T, E>,
    ) -> Result<T, E> {
        if let Ok(mut slot) = self.slot.try_borrow_mut() {
            slot.load(&self.store, self.needs_create)?;
        }
        let slot = self.slot.try_borrow().map_err(|_| Error::Reentrant)?;
        let cx = self.cx(context);
        let outcome = handler(slot.peek().ok_or(Error::NotCreated)?, &cx);
        self.leave(&cx);
        outcome
    }

    /// Runs a handler that may write, as one transaction: on `Err` storage and memory are as before.
    pub(crate) fn write<T, E: From<Error>>(
        self: &Rc<Self>,
        context: &Context,
        handler: impl FnOnce(&mut S, &Cx) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut slot = self.slot.try_borrow_mut().map_err(|_| Error::Reentrant)?;
        self.store.forget_unknown();
        slot.load(&self.store, self.needs_create)?;
        if !slot.exists() {
            return Err(Error::NotCreated.into());
        }
        let cx = self.cx(context);
        let outcome = self.store.transaction(|| {
            let value = handler(slot.state(&self.store, self.needs_create)?, &cx)?;
            let row = slot.store(&self.store)?;
            Ok::<_, E>((value, row))
        });
        self.leave(&cx);
        match outcome {
            Ok((value, row)) => {
                slot.committed(row);
                Ok(value)
            }
            Err(error) => {
                slot.restore(&self.store);
                Err(error)
            }
        }
    }

    /// Runs the create method as one transaction.
    pub(crate) fn create<T, E: From<Error>>(
        self: &Rc<Self>,
        context: &Context,
        handler: impl FnOnce(&Cx) -> Result<S, E>,
        finish: impl FnOnce(&S) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut slot = self.slot.try_borrow_mut().map_err(|_| Error::Reentrant)?;
        self.store.forget_unknown();
        slot.load(&self.store, self.needs_create)?;
        if slot.exists() {
            return Err(Error::AlreadyCreated.into());
        }
        let cx = self.cx(context);
        let outcome = self.store.transaction(|| {
            let created = Slot::create(&self.store, creating(|| handler(&cx))?)?;
            let value = finish(created.state())?;
            Ok::<_, E>((value, created))
        });
        self.leave(&cx);
        match outcome {
            Ok((value, created)) => {
                slot.created(created);
                Ok(value)
            }
            Err(error) => {
                slot.restore(&self.store);
                Err(error)
            }
        }
    }
}
