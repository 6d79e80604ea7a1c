//! Where a collection's rows are.

use std::cell::Cell;
use std::rc::Rc;

use crate::codec::SqlValue;
use crate::error::Error;
use crate::storage::Store;

/// The rows of a collection: in its table, or, before the object was created, in memory. A clone of rows in memory is a
/// list of its own; one of a table is the same table.
#[derive(Debug, Clone)]
pub enum Rows {
    /// Waiting to be written when the object is created.
    Pending(Vec<Rc<[SqlValue]>>),
    /// In the table of a field.
    Stored(Store, &'static str),
}

impl Default for Rows {
    fn default() -> Self {
        Self::Pending(Vec::new())
    }
}

impl Rows {
    pub(crate) fn stored_as(store: &Store, name: &'static str) -> Self {
        Self::Stored(store.clone(), name)
    }

    pub(super) fn table(&self) -> Result<(&Store, &'static str), Error> {
        match self {
            Self::Stored(store, name) => Ok((store, name)),
            Self::Pending(_) => Err(Error::Detached),
        }
    }

    /// Whether they are those of a field of the object with this storage.
    pub(crate) fn is(&self, store: &Store, name: &'static str) -> bool {
        matches!(self, Self::Stored(own, table) if *table == name && own.is(store))
    }

    /// Whether they are in memory.
    pub(crate) fn are_new(&self) -> bool {
        matches!(self, Self::Pending(_))
    }

    /// Whether both are the same table, or both are in memory.
    pub(crate) fn is_where(&self, other: &Self) -> bool {
        match other {
            Self::Pending(_) => self.are_new(),
            Self::Stored(store, name) => self.is(store, name),
        }
    }
}

thread_local! {
    static CREATING: Cell<bool> = const { Cell::new(false) };
}

/// Adds a row that waits for its object. Outside of a create method there is none to come: the row could only be lost.
pub(super) fn wait(rows: &mut Vec<Rc<[SqlValue]>>, row: Vec<SqlValue>) -> Result<(), Error> {
    if !CREATING.get() && !crate::planted::is(crate::planted::Plant::PushedForNobody) {
        return Err(Error::Detached);
    }
    rows.push(row.into());
    Ok(())
}

/// Runs the create method, in which collections are made.
pub(crate) fn creating<T>(create: impl FnOnce() -> T) -> T {
    struct Created(bool);
    impl Drop for Created {
        fn drop(&mut self) {
            CREATING.set(self.0);
        }
    }
    let _created = Created(CREATING.replace(true));
    create()
}
