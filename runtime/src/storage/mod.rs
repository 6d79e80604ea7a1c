//! An object's database, and what is known of its tables.

mod store;

pub use store::Store;
