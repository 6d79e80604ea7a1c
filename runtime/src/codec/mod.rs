//! One codec for storage, RPC, KV and HTTP, implemented by `#[derive(Durable)]`.

mod builtin;
mod decoder;
mod durable;
mod faithful;
mod json;
mod parse;
#[cfg(test)]
mod properties;
mod row;
pub mod serde_json_column;
mod sql;

pub(crate) use builtin::{integer_from_sql, is_exact};
pub use decoder::Decoder;
pub(crate) use durable::from_json;
pub use durable::{ArgumentWriter, Arguments, Declared, Durable, to_json};
pub use json::Json;
pub(crate) use parse::{canonical, check, parse};
pub use row::{RowReader, RowWriter};
pub(crate) use sql::shape;
pub use sql::{Column, Kind, SqlValue, Table};
