//! The state of one object in memory, and what is stored of it.

use super::collections;
use super::row::{decode, encode, insert, read, update};
use super::state::State;
use crate::codec::SqlValue;
use crate::error::Error;
use crate::planted::{self, Plant};
use crate::storage::Store;

/// A state, and the columns that are stored of it.
pub(crate) struct Slot<S> {
    live: Option<Live<S>>,
    loaded: bool,
}

struct Live<S> {
    state: S,
    /// The encoded columns last committed; of the initial state if there is no row.
    committed: Vec<SqlValue>,
    stored: bool,
}

impl<S: State> Slot<S> {
    pub(crate) fn new() -> Self {
        Self { live: None, loaded: false }
    }

    /// The state, loaded if it wasn't. `needs_create`: nothing exists before the create method ran.
    pub(crate) fn state(&mut self, store: &Store, needs_create: bool) -> Result<&mut S, Error> {
        self.load(store, needs_create)?;
        self.live.as_mut().map(|live| &mut live.state).ok_or(Error::NotCreated)
    }

    /// The state as it is in memory, if it is.
    pub(crate) fn peek(&self) -> Option<&S> {
        self.live.as_ref().map(|live| &live.state)
    }

    /// Reads the row, once a wake.
    pub(crate) fn load(&mut self, store: &Store, needs_create: bool) -> Result<(), Error> {
        if self.loaded {
            return Ok(());
        }
        self.live = match read::<S>(store)? {
            Some(row) => Some(Live { state: decode::<S>(&row, store)?, committed: row, stored: true }),
            None if needs_create => None,
            None => match S::initial(store) {
                None => None,
                Some(state) => Some(Live { committed: encode(&state)?, state, stored: false }),
            },
        };
        self.loaded = true;
        Ok(())
    }

    /// Whether the object has a row or, without a create method, is there from the beginning.
    pub(crate) fn exists(&self) -> bool {
        self.live.is_some()
    }

    /// Inside the transaction: stores what changed. Returns the encoded columns for [`Slot::committed`].
    pub(crate) fn store(&mut self, store: &Store) -> Result<Option<Vec<SqlValue>>, Error> {
        let Some(live) = &mut self.live else { return Err(Error::NotCreated) };
        collections::check(&mut live.state, store)?;
        let row = encode(&live.state)?;
        match live.stored {
            true if row == live.committed => Ok(None),
            true => {
                update::<S>(store, &live.committed, &row)?;
                Ok(Some(row))
            }
            false if row == live.committed && (!store.touched() || planted::is(Plant::TouchedUnseen)) => Ok(None),
            false => {
                insert::<S>(store, &row)?;
                Ok(Some(row))
            }
        }
    }

    /// Inside the transaction of the create method.
    pub(crate) fn create(store: &Store, mut state: S) -> Result<Created<S>, Error> {
        collections::attach(&mut state, store)?;
        let row = encode(&state)?;
        insert::<S>(store, &row)?;
        Ok(Created { state, row })
    }

    /// After the transaction of the create method was kept.
    pub(crate) fn created(&mut self, created: Created<S>) {
        self.live = Some(Live { state: created.state, committed: created.row, stored: true });
        self.loaded = true;
    }

    /// After the transaction was kept.
    pub(crate) fn committed(&mut self, row: Option<Vec<SqlValue>>) {
        if let (Some(live), Some(row)) = (&mut self.live, row) {
            if !planted::is(Plant::StaleCommit) {
                live.committed = row;
            }
            live.stored = true;
        }
    }

    /// After the transaction was undone: memory is what was committed. Where that can't be had from memory, the next call
    /// loads it, and says why if it can't either.
    pub(crate) fn restore(&mut self, store: &Store) {
        if planted::is(Plant::FailureKeepsMemory) {
            return;
        }
        let Some(live) = self.live.as_mut().filter(|_| !store.is_spoilt()) else {
            *self = Self::new();
            return;
        };
        match decode(&live.committed, store) {
            Ok(state) => live.state = state,
            Err(_) => *self = Self::new(),
        }
    }
}

/// A state that was created, with its encoded columns.
pub(crate) struct Created<S> {
    state: S,
    row: Vec<SqlValue>,
}

impl<S> Created<S> {
    pub(crate) fn state(&self) -> &S {
        &self.state
    }
}
