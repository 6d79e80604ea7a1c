//! What `#[durable_state]` and `#[durable_rpc]` say of a class.

use crate::codec::{Column, Declared, RowReader, RowWriter, Table};
use crate::collection::Collection;
use crate::object::args::{Args, Signature};
use crate::object::call::{Call, Reply};
use crate::object::cx::Cx;
use crate::storage::store::Store;
use crate::{Error, Refusal};

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
    const SHAPE: u64 = crate::codec::sql::shape(Self::COLUMNS, Self::TABLES);

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

/// The methods of a Durable Object. Implemented by `#[durable_rpc]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no `#[durable_rpc]` block",
    label = "this Durable Object has no methods",
    note = "write `#[durable_rpc] impl {Self} {{ … }}` with at least one method"
)]
pub trait Service: State {
    /// In the order of the block.
    const METHODS: &'static [Method<Self>];
    /// Whether there is a create method, without which nothing else answers.
    const HAS_CREATE: bool;
    /// Whether a method takes a `cx`, and so may ask for the configuration.
    const TAKES_CX: bool;
    /// The application's configurations, loaded before a call.
    fn configs() -> Vec<crate::config::ConfigEntry>;
    /// Runs a method.
    fn dispatch(call: Call<'_, Self>) -> Reply;
}

/// An object's `authorize` function, its `Who` taken from the call.
pub type Admit<S> = fn(&S, &Cx) -> Result<(), Refusal>;

/// One method, as the dispatch knows it.
pub struct Method<S: 'static> {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its arguments.
    pub arguments: Signature,
    /// Copies every argument, for an idempotency key; `None` where a key has nothing to do.
    pub copy: Option<fn(&mut Args)>,
    /// The object's say on a caller who came by HTTP.
    pub admit: Option<Admit<S>>,
}

impl<S> std::fmt::Debug for Method<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Method").field("name", &self.name).finish_non_exhaustive()
    }
}
