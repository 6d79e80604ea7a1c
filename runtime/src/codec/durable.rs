//! What a type must be able to do to be stored, passed and returned.

use durably_contract::columns::VALUE;
use durably_contract::{Capabilities, Refusal, first, refuse_key, refuse_value};
use serde_json::Value;

use super::decoder::Object;
use super::json::Members;
use super::{Column, Decoder, Json, Kind, RowReader, RowWriter, SqlValue, parse};
use crate::error::{Error, FieldError, faults_text};

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

/// A value that can be stored, sent and received. Implement it with `#[derive(Durable)]`; durably implements it for numbers,
/// `bool`, text, bytes, `Option`, `Vec`, `Box`, arrays, tuples of up to six, `BTreeMap` and `HashMap`, [`Timestamp`](crate::Timestamp),
/// [`Uuid`](crate::Uuid), [`Seq`](crate::Seq), [`Limit`](crate::Limit), [`MergePatch`](crate::MergePatch).
///
/// It has no methods for applications: the encoding is durably's, the same in storage, RPC, KV and HTTP, and written down in
/// `docs/formats.md` of the repository. As a bound it says that a type can cross a door:
///
/// ```rust
/// use durably::prelude::*;
///
/// #[derive(Clone, Debug, Durable)]
/// pub struct Point { x: f64, y: f64 }
///
/// fn push_twice<T: Durable + Clone>(log: &mut Log<T>, item: T) -> Result<Seq> {
///     log.push(item.clone())?;
///     Ok(log.push(item)?)
/// }
///
/// fn corner(log: &mut Log<Point>) -> Result<Seq> {
///     push_twice(log, Point { x: 0.0, y: 1.0 })
/// }
/// ```
///
/// What a type can be follows from what it is made of, and is checked where it is used. An `Option` of something that can
/// be `null` already, a float as a key, or a stored [`Secret`](crate::Secret) do not compile:
///
/// ```compile_fail
/// use durably::prelude::*;
///
/// #[durable_state]
/// pub struct Vault { key: Secret<String> }
///
/// #[durable_rpc]
/// impl Vault {
///     pub fn is_open(&self) -> bool { false }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a type that durably can store or send",
    label = "not a Durable type",
    note = "add `#[derive(Durable)]` to it, or mark the field `#[durable(json)]` to store it opaque through serde"
)]
pub trait Durable: Declared + Sized + 'static {
    /// What it can be: a column, a key, text in a query.
    #[doc(hidden)]
    const CAN: Capabilities;
    /// Why it cannot hold every value that it seems to hold, if it cannot: what is in it contradicts it.
    #[doc(hidden)]
    const REFUSED: Option<Refusal> = None;
    /// Whether a list of it is bytes.
    #[doc(hidden)]
    const BYTE: bool = false;
    /// Whether it is a JSON object with named fields.
    #[doc(hidden)]
    const IS_STRUCT: bool = false;
    /// Its column.
    #[doc(hidden)]
    const KIND: Kind = Self::CAN.kind;
    /// Whether the column may be NULL.
    #[doc(hidden)]
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
    #[doc(hidden)]
    const COLUMNS: &'static [Column] = &[Column { name: VALUE, kind: Self::KIND, nullable: Self::NULLABLE }];

    /// Writes JSON.
    #[doc(hidden)]
    fn encode(&self, json: &mut Json);

    /// Reads JSON, noting every fault.
    #[doc(hidden)]
    fn decode(value: Value, decoder: &mut Decoder) -> Option<Self>;

    /// The value of a column.
    #[doc(hidden)]
    fn to_sql(&self) -> Result<SqlValue, Error> {
        let mut json = Json::default();
        self.encode(&mut json);
        json.finish().map(SqlValue::Text)
    }

    /// The value from a column.
    #[doc(hidden)]
    fn from_sql(value: SqlValue) -> Result<Self, String> {
        match value {
            SqlValue::Text(text) => from_json(&text).map_err(|faults| faults_text(&faults)),
            other => Err(format!("expected JSON text, found {}", other.describe())),
        }
    }

    /// The value from a path or a query, where everything is text.
    #[doc(hidden)]
    fn from_param(text: &str, decoder: &mut Decoder) -> Option<Self> {
        Self::decode(Value::String(text.to_owned()), decoder)
    }

    /// What a missing field means: `None` for an `Option`, a fault otherwise.
    #[doc(hidden)]
    fn absent() -> Option<Self> {
        None
    }

    /// What a missing query parameter means.
    #[doc(hidden)]
    fn absent_param() -> Option<Self> {
        Self::absent()
    }

    /// The value before anything was stored.
    #[doc(hidden)]
    fn initial() -> Option<Self> {
        None
    }

    /// Writes the columns of a collection's row.
    #[doc(hidden)]
    fn encode_row(&self, row: &mut RowWriter) -> Result<(), Error> {
        row.put(VALUE, self.to_sql())
    }

    /// Reads the columns of a collection's row.
    #[doc(hidden)]
    fn decode_row(row: &mut RowReader) -> Result<Self, Error> {
        row.take(VALUE, Self::from_sql)
    }

    #[doc(hidden)]
    fn put(&self, row: &mut RowWriter, column: &'static str) -> Result<(), Error> {
        row.put(column, self.to_sql())
    }

    #[doc(hidden)]
    fn take(row: &mut RowReader, column: &'static str) -> Result<Self, Error> {
        row.take(column, Self::from_sql)
    }

    #[doc(hidden)]
    fn member(&self, object: &mut Members<'_>, name: &str) {
        // A secret has no JSON: it is left out.
        if !Self::CAN.secret {
            object.member(name, |json| self.encode(json));
        }
    }

    #[doc(hidden)]
    fn field(
        object: &mut Object,
        decoder: &mut Decoder,
        name: &str,
        absent: impl FnOnce() -> Option<Self>,
    ) -> Option<Self> {
        object.field(decoder, name, Self::decode, absent)
    }

    #[doc(hidden)]
    fn argument(args: &mut impl Arguments) -> Option<Self> {
        args.take()
    }

    #[doc(hidden)]
    fn copied(args: &mut impl Arguments) {
        args.copy::<Self>();
    }

    #[doc(hidden)]
    fn pass<W: ArgumentWriter>(&self, arguments: W) -> W {
        arguments.with(self)
    }

    /// Writes a list; bytes are written as base64.
    #[doc(hidden)]
    fn encode_list(items: &[Self], json: &mut Json) {
        json.array(items, |json, item| item.encode(json));
    }

    /// Reads a list.
    #[doc(hidden)]
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
    #[doc(hidden)]
    fn list_to_sql(items: &[Self]) -> Result<SqlValue, Error> {
        let mut json = Json::default();
        Self::encode_list(items, &mut json);
        json.finish().map(SqlValue::Text)
    }

    /// A list from its column.
    #[doc(hidden)]
    fn list_from_sql(value: SqlValue) -> Result<Vec<Self>, String> {
        let SqlValue::Text(text) = value else { return Err(format!("expected JSON text, found {}", value.describe())) };
        let value = parse(&text, 0)?;
        let mut decoder = Decoder::default();
        let list = Self::decode_list(value, &mut decoder);
        decoder.finish(list).map_err(|faults| faults_text(&faults))
    }
}

/// Where a method's arguments come from, one by one, in the order of its signature.
pub trait Arguments {
    /// The next argument; a fault is kept until all are taken.
    fn take<T: Durable>(&mut self) -> Option<T>;
    /// Takes the next argument, and writes it as durably writes it.
    fn copy<T: Durable>(&mut self);
}

/// Where a client's arguments go.
pub trait ArgumentWriter: Sized {
    /// Adds the next argument.
    #[must_use]
    fn with<T: Durable>(self, value: &T) -> Self;
}

impl Column {
    /// The column that holds a `T`.
    pub const fn of<T: Durable>(name: &'static str) -> Self {
        Self { name, kind: T::KIND, nullable: T::NULLABLE }
    }
}

impl Members<'_> {
    /// A member that is a Durable value; one that has no JSON (a secret) is left out.
    pub fn field<T: Durable>(&mut self, name: &str, value: &T) {
        value.member(self, name);
    }
}

impl Decoder {
    /// Decodes one value of its own, all its faults at once.
    pub fn read<T: Durable>(value: Value) -> Result<T, Vec<FieldError>> {
        let mut decoder = Self::default();
        let read = T::decode(value, &mut decoder);
        decoder.finish(read)
    }

    /// The next item of an array, read at its place.
    pub fn item<T: Durable>(&mut self, items: &mut std::vec::IntoIter<Value>, place: usize) -> Option<T> {
        let value = items.next().unwrap_or(Value::Null);
        self.at(place.to_string(), |decoder| T::decode(value, decoder))
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
