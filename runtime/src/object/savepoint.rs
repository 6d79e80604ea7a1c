//! A state as it was before a part of a handler that may fail alone.

use super::collections;
use super::row::{decode, encode};
use super::state::State;
use crate::codec::SqlValue;
use crate::collection::Rows;
use crate::error::Error;
use crate::planted::{self, Plant};
use crate::storage::Store;

/// The columns, encoded, and the collections: each the table that it is, or, of an object that is being created, its rows
/// so far.
pub(crate) struct Before {
    columns: Vec<SqlValue>,
    collections: Vec<Rows>,
}

impl Before {
    pub(crate) fn of<S: State>(state: &mut S) -> Result<Self, Error> {
        Ok(Self { columns: encode(state)?, collections: collections::saved(state)? })
    }

    /// A part that succeeded has left each collection where it was.
    pub(crate) fn unmoved<S: State>(&self, state: &mut S, store: &Store) -> Result<(), Error> {
        collections::unmoved(state, &self.collections, store)
    }

    /// Gives the state back as it was. If it can't be read again, nothing of the transaction may be kept: what is in memory
    /// is not what is stored.
    pub(crate) fn restore<S: State>(self, state: &mut S, store: &Store) -> Result<(), Error> {
        if planted::is(Plant::SavepointKeepsMemory) {
            return Ok(());
        }
        *state = decode(&self.columns, store).inspect_err(|error| store.spoil(error.clone()))?;
        if planted::is(Plant::SavepointForgetsExchange) {
            return Ok(());
        }
        collections::put_back(state, self.collections)
    }
}
