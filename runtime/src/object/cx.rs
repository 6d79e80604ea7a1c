//! What a handler knows of its call.

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

/// What a method knows about its call. A method takes it before its arguments: `cx: &Cx`.
///
/// ```rust
/// use durably::prelude::*;
///
/// #[durable_state]
/// pub struct Tickets { issued: Map<Uuid, Timestamp> }
///
/// #[durable_rpc]
/// impl Tickets {
///     pub fn issue(&mut self, cx: &Cx) -> Result<Uuid> {
///         let ticket = cx.new_id();
///         self.issued.insert(&ticket, &cx.now())?;
///         Ok(ticket)
///     }
/// }
/// ```
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
    /// The time at which the call began. It stays the same for the whole call.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// `N` random bytes from a cryptographically secure source.
    ///
    /// ```rust
    /// # use durably::prelude::*;
    /// fn token(cx: &Cx) -> Vec<u8> {
    ///     cx.random::<32>().to_vec()
    /// }
    /// ```
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.store.db().random(&mut bytes);
        bytes
    }

    /// A new UUID of version 7. The ids of one object sort in the order in which they were made, also within one call.
    pub fn new_id(&self) -> Uuid {
        let mut last = self.last_id.borrow_mut();
        let now = u64::try_from(self.now.as_millis()).unwrap_or(0);
        *last = now.max(*last + 1);
        Uuid::v7(*last, &self.random())
    }

    /// The id of this object: 64 hexadecimal digits, which the platform verifies. It is what clients are given and what `by_id`
    /// takes.
    pub fn object_id(&self) -> String {
        self.store.db().object_id()
    }

    /// The name by which this object was addressed, or `None` if it was addressed by its id.
    pub fn name(&self) -> Option<String> {
        self.store.db().object_name()
    }

    /// The environment: variables, secrets, other objects.
    pub fn env(&self) -> &Env {
        &self.env
    }

    /// The caller, as the `authorize` function of the route returned it. It is never read from JSON that a caller sent.
    ///
    /// # Errors
    /// [`Error::NoCaller`] if the call did not come through a route with an `authorize` function: a native RPC call carries no
    /// caller.
    ///
    /// ```rust
    /// # use durably::prelude::*;
    /// #[derive(Clone, Debug, Durable)]
    /// pub struct Signer { user: String }
    ///
    /// async fn signed(caller: &HttpCaller, _env: &Env) -> Authorized<Signer> {
    ///     Ok(Signer { user: caller.bearer().ok_or(Refusal::Unauthorized)? })
    /// }
    ///
    /// #[durable_state]
    /// pub struct Petition { signatures: Map<String, Timestamp> }
    ///
    /// #[durable_rpc(authorize = signed)]
    /// impl Petition {
    ///     #[rpc(http = "POST /petitions/{id}/signatures")]
    ///     pub fn sign(&mut self, cx: &Cx) -> Result<()> {
    ///         let signer: Signer = cx.who()?;
    ///         Ok(self.signatures.insert(&signer.user, &cx.now())?)
    ///     }
    /// }
    /// ```
    pub fn who<W: Durable>(&self) -> Result<W, Error> {
        let who = self.who.clone().ok_or(Error::NoCaller)?;
        Decoder::read(who).map_err(|faults| {
            Error::Platform(format!("`who` is of another type: {}", crate::error::faults_text(&faults)))
        })
    }

    /// The configuration as it was when the call began; it was loaded before the transaction.
    ///
    /// # Errors
    /// [`Error::Config`] or [`Error::ConfigUnavailable`] if it could not be loaded and there is no last good one. A method that
    /// does not ask for the configuration runs all the same.
    pub fn config<C: Config>(&self) -> Result<&C, Error> {
        self.configs.get::<C>()
    }

    /// Runs a part that may fail on its own: if it returns `Err`, storage and `state` are as they were before it, and the method
    /// goes on. In a create method, `state` is what is being made.
    ///
    /// ```rust
    /// # use durably::prelude::*;
    /// # use durably::Error;
    /// #[durable_state]
    /// pub struct Batch { done: Log<String>, failed: u32 }
    ///
    /// #[durable_rpc]
    /// impl Batch {
    ///     pub fn run(&mut self, cx: &Cx, steps: Vec<String>) -> Result<bool> {
    ///         let ran = cx.savepoint(self, |batch| {
    ///             for step in steps {
    ///                 batch.done.push(step)?;
    ///             }
    ///             Ok::<(), Error>(())
    ///         });
    ///         if ran.is_err() {
    ///             self.failed += 1;
    ///         }
    ///         Ok(ran.is_ok())
    ///     }
    /// }
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
