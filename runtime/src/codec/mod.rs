//! One codec for storage, RPC, KV and HTTP, implemented by `#[derive(Durable)]`.

mod builtin;
pub(crate) mod decoder;
mod faithful;
pub(crate) mod json;
mod parse;
#[cfg(test)]
mod properties;
mod row;
pub mod serde_json_column;
pub(crate) mod sql;

pub(crate) use builtin::{integer_from_sql, plain};
pub use decoder::Decoder;
pub use json::Json;
pub(crate) use parse::{canonical, check, parse};
pub(crate) use row::MAX_ROW;
pub use row::{RowReader, RowWriter};
pub use sql::{Column, Kind, SqlValue, Table};

use durably_contract::{Capabilities, Refusal, first, refuse_key, refuse_value};
use serde_json::Value;

use crate::{Error, FieldError};

/// Types that the build script and rustc must resolve alike.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a type that durably can store or send",
    label = "not a Durable type",
    note = "add `#[derive(Durable)]` to it, or mark the field `#[durable(json)]` to store it opaque through serde"
)]
pub trait Declared {
    /// The type's number: see `docs/formats.md`.
    const DECL: u64;
}

/// A value that can be stored, passed and returned. Implemented by `#[derive(Durable)]`; the encoding is in
/// `docs/formats.md`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a type that durably can store or send",
    label = "not a Durable type",
    note = "add `#[derive(Durable)]` to it, or mark the field `#[durable(json)]` to store it opaque through serde"
)]
pub trait Durable: Declared + Sized + 'static {
    /// What it can be: a column, a key, text in a query.
    const CAN: Capabilities;
    /// Why it cannot hold every value that it seems to hold, if it cannot: what is in it contradicts it.
    const REFUSED: Option<Refusal> = None;
    /// Whether a list of it is bytes.
    const BYTE: bool = false;
    /// Whether it is a JSON object with named fields.
    const IS_STRUCT: bool = false;
    /// Its column.
    const KIND: Kind = Self::CAN.kind;
    /// Whether the column may be NULL.
    const NULLABLE: bool = Self::CAN.nullable;
    /// [`Declared::DECL`], for generated code: what it asks of a field's type it asks of this one trait, so that a type
    /// which is not Durable is one message.
    #[doc(hidden)]
    const TYPE: u64 = Self::DECL;
    /// Why it cannot be stored or sent, if it cannot. Asked of this trait, for generated code, as [`Durable::TYPE`] is.
    #[doc(hidden)]
    const AS_VALUE: Option<Refusal> = first(refuse_value(Self::CAN), Self::REFUSED);
    /// Why it cannot be the key of a collection.
    #[doc(hidden)]
    const AS_KEY: Option<Refusal> = first(refuse_key(Self::CAN), Self::REFUSED);
    /// Why it cannot be a field of a configuration.
    #[doc(hidden)]
    const AS_SETTING: Option<Refusal> = Self::REFUSED;
    /// Its columns as an item of a collection.
    const COLUMNS: &'static [Column] = &[Column { name: "value", kind: Self::KIND, nullable: Self::NULLABLE }];

    /// Writes JSON.
    fn encode(&self, json: &mut Json);

    /// Reads JSON, noting every fault.
    fn decode(value: Value, decoder: &mut Decoder) -> Option<Self>;

    /// The value of a column.
    fn to_sql(&self) -> Result<SqlValue, Error> {
        let mut json = Json::default();
        self.encode(&mut json);
        json.finish().map(SqlValue::Text)
    }

    /// The value from a column.
    fn from_sql(value: SqlValue) -> Result<Self, String> {
        match value {
            SqlValue::Text(text) => from_json(&text).map_err(|faults| faults_text(&faults)),
            other => Err(format!("expected JSON text, found {}", other.describe())),
        }
    }

    /// The value from a path or a query, where everything is text.
    fn from_param(text: &str, decoder: &mut Decoder) -> Option<Self> {
        Self::decode(Value::String(text.to_owned()), decoder)
    }

    /// What a missing field means: `None` for an `Option`, a fault otherwise.
    fn absent() -> Option<Self> {
        None
    }

    /// What a missing query parameter means.
    fn absent_param() -> Option<Self> {
        Self::absent()
    }

    /// The value before anything was stored.
    fn initial() -> Option<Self> {
        None
    }

    /// Writes the columns of a collection's row.
    fn encode_row(&self, row: &mut RowWriter) -> Result<(), Error> {
        row.put("value", self)
    }

    /// Reads the columns of a collection's row.
    fn decode_row(row: &mut RowReader) -> Result<Self, Error> {
        row.take("value")
    }

    #[doc(hidden)]
    fn put(&self, row: &mut RowWriter, column: &'static str) -> Result<(), Error> {
        row.put(column, self)
    }

    #[doc(hidden)]
    fn take(row: &mut RowReader, column: &'static str) -> Result<Self, Error> {
        row.take(column)
    }

    #[doc(hidden)]
    fn member(&self, object: &mut json::Members<'_>, name: &str) {
        object.field(name, self);
    }

    #[doc(hidden)]
    fn field(
        object: &mut decoder::Object,
        decoder: &mut Decoder,
        name: &str,
        absent: impl FnOnce() -> Option<Self>,
    ) -> Option<Self> {
        object.field_or(decoder, name, absent)
    }

    #[doc(hidden)]
    fn argument(args: &mut crate::object::Args) -> Option<Self> {
        args.take()
    }

    #[doc(hidden)]
    fn copied(args: &mut crate::object::Args) {
        args.copy::<Self>();
    }

    #[doc(hidden)]
    fn pass(&self, arguments: crate::client::CallArguments) -> crate::client::CallArguments {
        arguments.with(self)
    }

    /// Writes a list; bytes are written as base64.
    fn encode_list(items: &[Self], json: &mut Json) {
        json.array(items, |json, item| item.encode(json));
    }

    /// Reads a list.
    fn decode_list(value: Value, decoder: &mut Decoder) -> Option<Vec<Self>> {
        let Value::Array(items) = value else { return decoder.wrong("an array", &value) };
        let mut list = Vec::with_capacity(items.len());
        for (place, item) in items.into_iter().enumerate() {
            let item = decoder.at(place.to_string(), |decoder| Self::decode(item, decoder));
            list.extend(item);
        }
        Some(list)
    }

    /// A list's column value.
    fn list_to_sql(items: &[Self]) -> Result<SqlValue, Error> {
        let mut json = Json::default();
        Self::encode_list(items, &mut json);
        json.finish().map(SqlValue::Text)
    }

    /// A list from its column.
    fn list_from_sql(value: SqlValue) -> Result<Vec<Self>, String> {
        let SqlValue::Text(text) = value else { return Err(format!("expected JSON text, found {}", value.describe())) };
        let value = parse(&text, 0)?;
        let mut decoder = Decoder::default();
        let list = Self::decode_list(value, &mut decoder);
        decoder.finish(list).map_err(|faults| faults_text(&faults))
    }
}

/// JSON text of a value.
pub fn to_json<T: Durable>(value: &T) -> Result<String, Error> {
    let mut json = Json::default();
    value.encode(&mut json);
    json.finish()
}

/// A value from JSON text, every fault named.
pub(crate) fn from_json<T: Durable>(text: &str) -> Result<T, Vec<FieldError>> {
    match parse(text, 0) {
        Ok(value) => Decoder::read(value),
        Err(why) => Err(vec![FieldError { field: String::new(), message: format!("not JSON: {why}") }]),
    }
}

/// All faults in one line.
pub(crate) fn faults_text(faults: &[FieldError]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
