//! Collections: tables of their own, read a page at a time, written at once.

pub(crate) mod fields;
mod log;
mod map;
mod page;
pub(crate) mod rows;

pub use log::Log;
pub use map::Map;
pub use page::Page;

use rows::Rows;

use crate::Error;
use crate::codec::{Column, Durable, Kind, RowReader, RowWriter, SqlValue, Table};
use crate::storage::store::Store;

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

/// The table of `C` in a constant.
const fn table_of(name: &'static str, key: Column, columns: &'static [Column], without_rowid: bool) -> Table {
    Table { name, key, columns, without_rowid }
}

fn encode_item<T: Durable>(table: &'static str, item: &T) -> Result<Vec<SqlValue>, Error> {
    let mut row = RowWriter::new(table);
    item.encode_row(&mut row)?;
    Ok(row.finish())
}

fn decode_item<T: Durable>(table: &'static str, row: Vec<SqlValue>) -> Result<T, Error> {
    T::decode_row(&mut RowReader::new(table, row))
}

fn kinds(key: Kind, columns: &[Column]) -> Vec<Kind> {
    std::iter::once(key).chain(columns.iter().map(|column| column.kind)).collect()
}

/// `"a", CAST("b" AS TEXT)`.
fn selected(columns: &[Column]) -> String {
    columns.iter().map(Column::selected).collect::<Vec<_>>().join(", ")
}

/// `"a", "b"`.
fn named(columns: &[Column]) -> String {
    columns.iter().map(|column| format!("\"{}\"", column.name)).collect::<Vec<_>>().join(", ")
}
