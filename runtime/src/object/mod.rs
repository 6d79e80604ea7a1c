//! An object in memory: its state, its transactions, and what handlers hold of it.

mod collections;
mod cx;
mod handle;
mod row;
mod savepoint;
mod slot;
mod state;
mod transaction;

pub use cx::Cx;
pub use handle::Handle;
pub use state::{State, Visit};
pub(crate) use transaction::{Context, Host};
