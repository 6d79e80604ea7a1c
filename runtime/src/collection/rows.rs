//! Where a collection's rows are.

use crate::Error;
use crate::codec::SqlValue;
use crate::storage::store::Store;

/// The rows of a collection: in its table, or, before the object was created, in memory.
#[derive(Debug)]
pub(super) enum Rows {
    /// Waiting to be written when the object is created.
    Pending(Vec<Vec<SqlValue>>),
    /// In the table of a field.
    Stored(Store, &'static str),
}

impl Rows {
    pub(super) fn stored_as(store: &Store, name: &'static str) -> Self {
        Self::Stored(store.clone(), name)
    }

    pub(super) fn table(&self) -> Result<(&Store, &'static str), Error> {
        match self {
            Self::Stored(store, name) => Ok((store, name)),
            Self::Pending(_) => Err(Error::Detached),
        }
    }

    pub(super) fn is(&self, name: &'static str) -> bool {
        matches!(self, Self::Stored(_, own) if *own == name)
    }

    /// Takes the table up, and hands over the rows that are to be written into it.
    pub(super) fn attach(&mut self, store: &Store, name: &'static str) -> Vec<Vec<SqlValue>> {
        match std::mem::replace(self, Self::stored_as(store, name)) {
            Self::Pending(rows) => rows,
            Self::Stored(..) => Vec::new(),
        }
    }
}
