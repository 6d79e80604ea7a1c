//! What `#[durable_state]` says of a class.

use crate::codec::{Column, Declared, RowReader, RowWriter, Table, shape};
use crate::collection::Collection;
use crate::error::Error;
use crate::storage::Store;

/// A struct that is a Durable Object. Implemented by `#[durable_state]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a Durable Object",
    label = "not annotated with `#[durable_state]`",
    note = "write `#[durable_state]` above the struct"
)]
pub trait State: Declared + Sized + 'static {
    /// The class, as it is exported and deployed.
    const CLASS: &'static str;
    /// The binding of its namespace.
    const BINDING: &'static str;
    /// The columns of its row.
    const COLUMNS: &'static [Column];
    /// The tables of its collections.
    const TABLES: &'static [Table];
    /// What to say of the first field that has no value before anything was stored.
    const WITHOUT_INITIAL: Option<&'static str>;
    /// Hash of its stored shape.
    const SHAPE: u64 = shape(Self::COLUMNS, Self::TABLES);

    /// Writes the columns.
    fn encode(&self, row: &mut RowWriter) -> Result<(), Error>;
    /// Reads the columns, and takes up the collections.
    fn decode(row: &mut RowReader, store: &Store) -> Result<Self, Error>;
    /// The state before anything was stored; `None` where a field has no default.
    fn initial(store: &Store) -> Option<Self>;
    /// Shows each collection with its field's name, in the order of [`State::TABLES`].
    fn collections(&mut self, visit: &mut Visit<'_>) -> Result<(), Error>;
}

/// What is shown a state's collections, one by one.
pub type Visit<'a> = dyn FnMut(&'static str, &mut dyn Collection) -> Result<(), Error> + 'a;
