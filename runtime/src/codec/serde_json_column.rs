//! `#[durable(json)]`: a foreign type, stored opaque through serde.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Decoder, Json, RowReader, RowWriter, SqlValue};
use crate::Error;

/// DECL of an opaque field: its type is not compared.
pub const DECL: u64 = crate::fingerprint::builtin("Json", &[]);

fn text<T: Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value)
        .map_err(|error| Error::Unstorable { what: error.to_string(), why: "serde could not write it as JSON" })
}

/// Writes the next column.
pub fn put<T: Serialize>(row: &mut RowWriter, column: &'static str, value: &T) -> Result<(), Error> {
    let mut json = Json::default();
    encode(value, &mut json);
    row.push(column, SqlValue::Text(json.finish().map_err(|error| error.in_column(row.table(), column))?))
}

/// Reads the next column.
pub fn take<T: DeserializeOwned>(row: &mut RowReader, column: &'static str) -> Result<T, Error> {
    let table = row.table();
    let unreadable = |why: String| Error::Unreadable { table, column, why };
    match row.raw() {
        SqlValue::Text(text) => serde_json::from_str(&text).map_err(|error| unreadable(error.to_string())),
        other => Err(unreadable(format!("expected JSON text, found {}", other.describe()))),
    }
}

/// Writes a value inside JSON.
pub fn encode<T: Serialize>(value: &T, json: &mut Json) {
    match text(value) {
        Ok(text) => json.foreign(&text),
        Err(error) => json.fail(error),
    }
}

/// Reads a value inside JSON.
pub fn decode<T: DeserializeOwned>(value: Value, decoder: &mut Decoder) -> Option<T> {
    match serde_json::from_value(value) {
        Ok(value) => Some(value),
        Err(error) => decoder.fail(error.to_string()),
    }
}
