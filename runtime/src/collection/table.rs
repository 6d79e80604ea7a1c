//! What every collection is: a field of a state, and a table.

use super::rows::Rows;
use crate::codec::{Column, Durable, Kind, RowReader, RowWriter, SqlValue, Table};
use crate::error::Error;
use crate::storage::Store;

/// A field of a state that is a table.
pub trait Collection {
    /// The collection as it is stored under the field's name.
    fn stored(store: &Store, name: &'static str) -> Self
    where
        Self: Sized;
    /// Where its rows are.
    fn rows(&mut self) -> &mut Rows;
    /// Stores a row that waited in memory.
    fn put(&self, store: &Store, name: &'static str, row: &[SqlValue]) -> Result<(), Error>;
}

/// The table of a collection, in a constant.
pub(super) const fn table_of(
    name: &'static str,
    key: Column,
    columns: &'static [Column],
    without_rowid: bool,
) -> Table {
    Table { name, key, columns, without_rowid }
}

pub(super) fn encode_item<T: Durable>(table: &'static str, item: &T) -> Result<Vec<SqlValue>, Error> {
    let mut row = RowWriter::new(table);
    item.encode_row(&mut row)?;
    Ok(row.finish())
}

pub(super) fn decode_item<T: Durable>(table: &'static str, row: Vec<SqlValue>) -> Result<T, Error> {
    T::decode_row(&mut RowReader::new(table, row))
}

pub(super) fn kinds(key: Kind, columns: &[Column]) -> Vec<Kind> {
    std::iter::once(key).chain(columns.iter().map(|column| column.kind)).collect()
}

/// `"a", CAST("b" AS TEXT)`.
pub(super) fn selected(columns: &[Column]) -> String {
    columns.iter().map(Column::selected).collect::<Vec<_>>().join(", ")
}

/// `"a", "b"`.
pub(super) fn named(columns: &[Column]) -> String {
    columns.iter().map(|column| format!("\"{}\"", column.name)).collect::<Vec<_>>().join(", ")
}
