//! Text, and nothing.

use durably_contract::{self as contract, Capabilities};
use serde_json::Value;

use crate::codec::{Declared, Decoder, Durable, Json, SqlValue};
use crate::error::Error;
use durably_contract::decl::builtin;

impl Declared for String {
    const DECL: u64 = builtin("String", &[]);
}

impl Durable for String {
    const CAN: Capabilities = contract::builtin("String");
    fn encode(&self, json: &mut Json) {
        json.string(self);
    }
    fn decode(value: Value, decoder: &mut Decoder) -> Option<Self> {
        match value {
            Value::String(text) => Some(text),
            other => decoder.wrong("text", &other),
        }
    }
    fn to_sql(&self) -> Result<SqlValue, Error> {
        Ok(SqlValue::Text(self.clone()))
    }
    fn from_sql(value: SqlValue) -> Result<Self, String> {
        match value {
            SqlValue::Text(text) => Ok(text),
            other => Err(format!("expected text, found {}", other.describe())),
        }
    }
    fn initial() -> Option<Self> {
        Some(Self::new())
    }
}

impl Declared for () {
    const DECL: u64 = builtin("()", &[]);
}

impl Durable for () {
    const CAN: Capabilities = contract::builtin("()");
    fn encode(&self, json: &mut Json) {
        json.raw("null");
    }
    fn decode(value: Value, decoder: &mut Decoder) -> Option<Self> {
        if value.is_null() { Some(()) } else { decoder.wrong("null", &value) }
    }
    fn absent() -> Option<Self> {
        Some(())
    }
    fn initial() -> Option<Self> {
        Some(())
    }
}
