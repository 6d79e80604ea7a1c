use std::cell::RefCell;
use std::fmt;

use serde_json::Value;

use super::savepoint::Before;
use super::state::State;
use crate::codec::{Decoder, Durable};
use crate::config::{Config, Configs};
use crate::error::Error;
use crate::platform::Env;
use crate::storage::Store;
use crate::value::{Timestamp, Uuid};

/// What a handler knows of its call: the time, who calls, the configuration, randomness.
pub struct Cx {
    pub(crate) store: Store,
    pub(crate) env: Env,
    pub(crate) configs: Configs,
    pub(crate) who: Option<Value>,
    pub(crate) now: Timestamp,
    pub(crate) class: &'static str,
    /// The last moment of which `new_id` made an id, so that ids of one call sort in the order of their making.
    pub(crate) last_id: RefCell<u64>,
}

impl fmt::Debug for Cx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cx").field("class", &self.class).field("now", &self.now).finish_non_exhaustive()
    }
}

impl Cx {
    /// The time at which the call began; the same for the whole call.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// `N` random bytes from a cryptographically secure source.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.store.db().random(&mut bytes);
        bytes
    }

    /// A new UUID of version 7. Ids made one after another sort in that order.
    pub fn new_id(&self) -> Uuid {
        let mut last = self.last_id.borrow_mut();
        let now = u64::try_from(self.now.as_millis()).unwrap_or(0);
        *last = now.max(*last + 1);
        Uuid::v7(*last, &self.random())
    }

    /// The id of this object: 64 hexadecimal digits.
    pub fn object_id(&self) -> String {
        self.store.db().object_id()
    }

    /// The name by which this object was addressed; `None` for one addressed by a unique id.
    pub fn name(&self) -> Option<String> {
        self.store.db().object_name()
    }

    /// The environment: variables, secrets, other objects.
    pub fn env(&self) -> &Env {
        &self.env
    }

    /// Who calls, as the route's `authorize` established it. Never taken from JSON that a caller sent.
    ///
    /// # Errors
    /// [`Error::NoCaller`] if the call did not come through a route that established somebody.
    pub fn who<W: Durable>(&self) -> Result<W, Error> {
        let who = self.who.clone().ok_or(Error::NoCaller)?;
        Decoder::read(who).map_err(|faults| {
            Error::Platform(format!("`who` is of another type: {}", crate::error::faults_text(&faults)))
        })
    }

    /// The configuration as it was when the call began.
    ///
    /// # Errors
    /// [`Error::Config`] if it could not be loaded and there is no last good one.
    pub fn config<C: Config>(&self) -> Result<&C, Error> {
        self.configs.get::<C>()
    }

    /// Runs a part that may fail alone: on `Err` storage and `state` are as before it, and the handler goes on. In a create
    /// method, too: `state` is then what is being made.
    ///
    /// ```ignore
    /// let added = cx.savepoint(self, |this| this.add_all(cx, items));
    /// ```
    pub fn savepoint<S: State, T, E: From<Error>>(
        &self,
        state: &mut S,
        part: impl FnOnce(&mut S) -> Result<T, E>,
    ) -> Result<T, E> {
        let before = Before::of(state)?;
        let outcome = self.store.transaction(|| {
            let value = part(state)?;
            before.unmoved(state, &self.store)?;
            Ok(value)
        });
        if outcome.is_err() {
            before.restore(state, &self.store)?;
        }
        outcome
    }
}
