//! The state of one object in memory, and its row.

use super::collections;
use super::state::State;
use crate::codec::{Column, Kind, RowReader, RowWriter, SqlValue};
use crate::error::Error;
use crate::planted::{self, Plant};
use crate::storage::Store;

/// The table of the one row.
pub(crate) const TABLE: &str = "durably_state";
/// The revision of stored shapes that this code writes.
const REVISION: i64 = 1;

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
        self.live = match read_row::<S>(store)? {
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

pub(super) fn encode<S: State>(state: &S) -> Result<Vec<SqlValue>, Error> {
    let mut row = RowWriter::new(TABLE);
    state.encode(&mut row)?;
    Ok(row.finish())
}

pub(super) fn decode<S: State>(row: &[SqlValue], store: &Store) -> Result<S, Error> {
    S::decode(&mut RowReader::new(TABLE, row.to_vec()), store)
}

/// The stored columns; `None` if the object was never created.
fn read_row<S: State>(store: &Store) -> Result<Option<Vec<SqlValue>>, Error> {
    const HEAD: [Kind; 3] = [Kind::Integer, Kind::Text, Kind::Integer];
    const HEAD_COLUMNS: &str = "[_revision], [_hash], [_writer]";
    let columns = listed::<S>(Column::selected);
    let kinds: Vec<Kind> = HEAD.into_iter().chain(S::COLUMNS.iter().map(|column| column.kind)).collect();
    let sql = format!("SELECT {HEAD_COLUMNS}{columns} FROM \"{TABLE}\"");
    let rows = match store.db().rows(&sql, &[], &kinds) {
        Ok(rows) => rows,
        // The statement failed: nothing is stored, or something else is, and then the head says what.
        Err(_) if !store.has_table(TABLE)? => return never_created::<S>(store).map(|()| None),
        Err(error) => {
            let head = store.db().rows(&format!("SELECT {HEAD_COLUMNS} FROM \"{TABLE}\""), &[], &HEAD)?;
            for row in &head {
                check_head::<S>(row)?;
            }
            return Err(error);
        }
    };
    match <[Vec<SqlValue>; 1]>::try_from(rows) {
        Ok([mut row]) => {
            let columns = row.split_off(HEAD.len());
            check_head::<S>(&row)?;
            Ok(Some(columns))
        }
        Err(rows) => {
            Err(Error::Damaged { class: S::CLASS, why: format!("`{TABLE}` has {} rows in place of one", rows.len()) })
        }
    }
}

/// An object without its row has no other table either: the row is made with the first of them.
fn never_created<S: State>(store: &Store) -> Result<(), Error> {
    for table in S::TABLES {
        if store.has_table(table.name)? {
            let why = format!("it has a table `{}` and no `{TABLE}`", table.name);
            return Err(Error::Damaged { class: S::CLASS, why });
        }
    }
    Ok(())
}

/// Refuses rows that were written with another shape.
fn check_head<S: State>(head: &[SqlValue]) -> Result<(), Error> {
    let damaged = |why: String| Error::Damaged { class: S::CLASS, why };
    let [revision, SqlValue::Text(hash), writer] = head else { return Err(damaged("no revision is stored".into())) };
    let revision = crate::codec::integer_from_sql(revision).map_err(damaged)?;
    let writer = crate::codec::integer_from_sql(writer).map_err(damaged)?;
    let found = u64::from_str_radix(hash, 16).map_err(|_| damaged(format!("`_hash` is {hash:?}")))?;
    if revision != REVISION || writer != REVISION || found != S::SHAPE {
        // Whichever of the two is not ours is told.
        let revision = if revision == REVISION { writer } else { revision };
        return Err(Error::ShapeMismatch { class: S::CLASS, revision, own: REVISION, found, expected: S::SHAPE });
    }
    Ok(())
}

/// `, …` for each column.
fn listed<S: State>(write: impl Fn(&Column) -> String) -> String {
    S::COLUMNS.iter().fold(String::new(), |list, column| list + ", " + &write(column))
}

fn insert<S: State>(store: &Store, row: &[SqlValue]) -> Result<(), Error> {
    let columns = listed::<S>(Column::definition);
    let create = format!(
        "CREATE TABLE IF NOT EXISTS \"{TABLE}\" (\"_id\" INTEGER PRIMARY KEY CHECK (\"_id\" = 1), \"_revision\" INTEGER NOT NULL, \
         \"_hash\" TEXT NOT NULL, \"_writer\" INTEGER NOT NULL, \"_floors\" TEXT NOT NULL DEFAULT '{{}}'{columns})"
    );
    store.db().run(&create, &[])?;
    let names = listed::<S>(|column| format!("\"{}\"", column.name));
    let marks = ", ?".repeat(row.len());
    let sql = format!(
        "INSERT INTO \"{TABLE}\" (\"_id\", \"_revision\", \"_hash\", \"_writer\"{names}) VALUES (1, {REVISION}, '{:016x}', {REVISION}{marks})",
        S::SHAPE
    );
    store.db().run(&sql, row)
}

/// One UPDATE of the columns that changed: one row written, however many.
fn update<S: State>(store: &Store, before: &[SqlValue], after: &[SqlValue]) -> Result<(), Error> {
    let most = if planted::is(Plant::ColumnForgotten) { 1 } else { S::COLUMNS.len() };
    let changed = || S::COLUMNS.iter().zip(before).zip(after).filter(|((_, before), after)| before != after).take(most);
    let set: Vec<String> = changed().map(|((column, _), _)| format!("\"{}\" = ?", column.name)).collect();
    let values: Vec<SqlValue> = changed().map(|(_, after)| after.clone()).collect();
    store.db().run(&format!("UPDATE \"{TABLE}\" SET {} WHERE \"_id\" = 1", set.join(", ")), &values)
}
