//! The collections of a state: each is the table of its field, and stays that.

use super::state::State;
use crate::collection::Rows;
use crate::error::Error;
use crate::planted::{self, Plant};
use crate::storage::Store;

/// Stores the collections of a state that is being created: those that were made in memory. One that is stored already,
/// in whatever table, is another object's.
pub(crate) fn attach<S: State>(state: &mut S, store: &Store) -> Result<(), Error> {
    state.collections(
        &mut |name, collection| match std::mem::replace(collection.rows(), Rows::stored_as(store, name)) {
            Rows::Pending(rows) => {
                let skipped = usize::from(planted::is(Plant::LastRowNotAttached));
                let rows = rows.iter().take(rows.len().saturating_sub(skipped));
                rows.into_iter().try_for_each(|row| collection.put(store, name, row))
            }
            Rows::Stored(..) => Err(wrong::<S>(name)),
        },
    )
}

/// Finds a collection that was exchanged or replaced.
pub(crate) fn check<S: State>(state: &mut S, store: &Store) -> Result<(), Error> {
    if planted::is(Plant::ExchangedUnseen) {
        return Ok(());
    }
    state.collections(&mut |name, collection| {
        if collection.rows().is(store, name) { Ok(()) } else { Err(wrong::<S>(name)) }
    })
}

/// Where the collections are now, and the rows of those that are in memory.
pub(crate) fn saved<S: State>(state: &mut S) -> Result<Vec<Rows>, Error> {
    let mut saved = Vec::new();
    state.collections(&mut |_, collection| {
        saved.push(collection.rows().clone());
        Ok(())
    })?;
    Ok(saved)
}

/// Finds a collection that is neither where it was nor in its field's table.
pub(crate) fn unmoved<S: State>(state: &mut S, saved: &[Rows], store: &Store) -> Result<(), Error> {
    let mut saved = saved.iter();
    state.collections(&mut |name, collection| {
        let rows = collection.rows();
        let unmoved = saved.next().is_some_and(|before| rows.is_where(before)) || rows.is(store, name);
        if unmoved { Ok(()) } else { Err(wrong::<S>(name)) }
    })
}

/// Puts the collections back to where they were.
pub(crate) fn put_back<S: State>(state: &mut S, saved: Vec<Rows>) -> Result<(), Error> {
    let mut saved = saved.into_iter();
    state.collections(&mut |_, collection| {
        let saved = saved.next().filter(|rows| !(planted::is(Plant::SavepointLosesNewRows) && rows.are_new()));
        if let Some(rows) = saved {
            *collection.rows() = rows;
        }
        Ok(())
    })
}

fn wrong<S: State>(field: &'static str) -> Error {
    Error::WrongCollection { class: S::CLASS, field }
}
