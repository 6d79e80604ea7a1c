//! The row of a state: what it reads and writes in SQL.

use durably_contract::columns::OwnColumn;
use durably_contract::columns::state::{COLUMNS, HASH, ID, REVISION, TABLE, TODAY, WRITER};

use super::state::State;
use crate::codec::{Column, Kind, RowReader, RowWriter, SqlValue, integer_from_sql};
use crate::error::Error;
use crate::planted::{self, Plant};
use crate::storage::Store;

/// What says in which shape a row was written.
const HEAD: [OwnColumn; 3] = [REVISION, HASH, WRITER];

pub(super) fn encode<S: State>(state: &S) -> Result<Vec<SqlValue>, Error> {
    let mut row = RowWriter::new(TABLE);
    state.encode(&mut row)?;
    Ok(row.finish())
}

pub(super) fn decode<S: State>(row: &[SqlValue], store: &Store) -> Result<S, Error> {
    S::decode(&mut RowReader::new(TABLE, row.to_vec()), store)
}

/// The stored columns; `None` if the object was never created.
pub(super) fn read<S: State>(store: &Store) -> Result<Option<Vec<SqlValue>>, Error> {
    let head = HEAD.map(|column| format!("[{}]", column.name)).join(", ");
    let columns = listed::<S>(Column::selected);
    let kinds: Vec<Kind> =
        HEAD.iter().map(|column| column.kind).chain(S::COLUMNS.iter().map(|column| column.kind)).collect();
    let sql = format!("SELECT {head}{columns} FROM \"{TABLE}\"");
    let rows = match store.db().rows(&sql, &[], &kinds) {
        Ok(rows) => rows,
        // The statement failed: nothing is stored, or something else is, and then the head says what.
        Err(_) if !store.has_table(TABLE)? => return never_created::<S>(store).map(|()| None),
        Err(error) => {
            let kinds = HEAD.map(|column| column.kind);
            for row in &store.db().rows(&format!("SELECT {head} FROM \"{TABLE}\""), &[], &kinds)? {
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
    let revision = integer_from_sql(revision).map_err(damaged)?;
    let writer = integer_from_sql(writer).map_err(damaged)?;
    let found = u64::from_str_radix(hash, 16).map_err(|_| damaged(format!("`{}` is {hash:?}", HASH.name)))?;
    if revision != TODAY || writer != TODAY || found != S::SHAPE {
        // Whichever of the two is not ours is told.
        let revision = if revision == TODAY { writer } else { revision };
        return Err(Error::ShapeMismatch { class: S::CLASS, revision, own: TODAY, found, expected: S::SHAPE });
    }
    Ok(())
}

/// `, …` for each column.
fn listed<S: State>(write: impl Fn(&Column) -> String) -> String {
    S::COLUMNS.iter().fold(String::new(), |list, column| list + ", " + &write(column))
}

pub(super) fn insert<S: State>(store: &Store, row: &[SqlValue]) -> Result<(), Error> {
    let [id, revision, hash, writer, floors] = COLUMNS.map(|column| format!("\"{}\"", column.name));
    let [integer, text] = [Kind::Integer, Kind::Text].map(Kind::declared);
    let columns = listed::<S>(Column::definition);
    let create = format!(
        "CREATE TABLE IF NOT EXISTS \"{TABLE}\" ({id} {integer} PRIMARY KEY CHECK ({id} = 1), {revision} {integer} NOT NULL, \
         {hash} {text} NOT NULL, {writer} {integer} NOT NULL, {floors} {text} NOT NULL DEFAULT '{{}}'{columns})"
    );
    store.db().run(&create, &[])?;
    let names = listed::<S>(|column| format!("\"{}\"", column.name));
    let marks = ", ?".repeat(row.len());
    let sql = format!(
        "INSERT INTO \"{TABLE}\" ({id}, {revision}, {hash}, {writer}{names}) VALUES (1, {TODAY}, '{:016x}', {TODAY}{marks})",
        S::SHAPE
    );
    store.db().run(&sql, row)
}

/// One UPDATE of the columns that changed: one row written, however many.
pub(super) fn update<S: State>(store: &Store, before: &[SqlValue], after: &[SqlValue]) -> Result<(), Error> {
    let most = if planted::is(Plant::ColumnForgotten) { 1 } else { S::COLUMNS.len() };
    let changed = || S::COLUMNS.iter().zip(before).zip(after).filter(|((_, before), after)| before != after).take(most);
    let set: Vec<String> = changed().map(|((column, _), _)| format!("\"{}\" = ?", column.name)).collect();
    let values: Vec<SqlValue> = changed().map(|(_, after)| after.clone()).collect();
    store.db().run(&format!("UPDATE \"{TABLE}\" SET {} WHERE \"{}\" = 1", set.join(", "), ID.name), &values)
}
