//! Places in a log, and the sizes of its pages.

use durably_contract::{self as contract, Capabilities};
use serde_json::Value;

use crate::codec::{Declared, Decoder, Durable, Json, SqlValue};
use crate::error::Error;
use crate::value::{Limit, Seq};
use durably_contract::decl::builtin;

use super::numbers::plain;

impl Seq {
    pub(crate) fn sql(self) -> SqlValue {
        SqlValue::Integer(self.get().cast_signed())
    }
}

impl Declared for Seq {
    const DECL: u64 = builtin("Seq", &[]);
}

const PLACE: &str = "a place in a log, an integer from 0 to 2^53-1";

impl Durable for Seq {
    const CAN: Capabilities = contract::builtin("Seq");
    fn encode(&self, json: &mut Json) {
        json.integer(self);
    }
    fn decode(value: Value, decoder: &mut Decoder) -> Option<Self> {
        value.as_u64().and_then(Self::checked).or_else(|| decoder.wrong(PLACE, &value))
    }
    fn to_sql(&self) -> Result<SqlValue, Error> {
        Ok(self.sql())
    }
    fn from_sql(value: SqlValue) -> Result<Self, String> {
        let place = i64::from_sql(value)?;
        u64::try_from(place).ok().and_then(Self::checked).ok_or_else(|| format!("{place} is no place in a log"))
    }
    fn from_param(text: &str, decoder: &mut Decoder) -> Option<Self> {
        plain(text).and_then(Self::checked).or_else(|| decoder.wrong(PLACE, &Value::String(text.to_owned())))
    }
    fn absent_param() -> Option<Self> {
        Some(Self::START)
    }
}

impl Declared for Limit {
    const DECL: u64 = builtin("Limit", &[]);
}

const SIZE: &str = "a page size from 1 to 200";

impl Durable for Limit {
    const CAN: Capabilities = contract::builtin("Limit");
    fn encode(&self, json: &mut Json) {
        json.integer(self.get());
    }
    fn decode(value: Value, decoder: &mut Decoder) -> Option<Self> {
        value.as_u64().and_then(Self::checked).or_else(|| decoder.wrong(SIZE, &value))
    }
    fn to_sql(&self) -> Result<SqlValue, Error> {
        Ok(SqlValue::Integer(i64::from(self.get())))
    }
    fn from_sql(value: SqlValue) -> Result<Self, String> {
        let items = i64::from_sql(value)?;
        let limit = u64::try_from(items).ok().and_then(Self::checked);
        limit.ok_or_else(|| format!("expected {SIZE}, found {items}"))
    }
    fn from_param(text: &str, decoder: &mut Decoder) -> Option<Self> {
        plain(text).and_then(Self::checked).or_else(|| decoder.wrong(SIZE, &Value::String(text.to_owned())))
    }
    fn absent_param() -> Option<Self> {
        Some(Self::default())
    }
}
