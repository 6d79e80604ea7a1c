//! Times and ids.

use durably_contract::{self as contract, Capabilities};
use serde_json::Value;

use crate::codec::{Declared, Decoder, Durable, Json, SqlValue};
use crate::error::Error;
use crate::value::{Timestamp, Uuid};
use durably_contract::decl::builtin;

impl Declared for Timestamp {
    const DECL: u64 = builtin("Timestamp", &[]);
}

impl Durable for Timestamp {
    const CAN: Capabilities = contract::builtin("Timestamp");
    fn encode(&self, json: &mut Json) {
        json.string(&self.to_string());
    }
    fn decode(value: Value, decoder: &mut Decoder) -> Option<Self> {
        let time = value.as_str().and_then(Self::parse);
        time.or_else(|| decoder.wrong("a time such as 2026-11-22T18:57:41.000Z", &value))
    }
    fn to_sql(&self) -> Result<SqlValue, Error> {
        Ok(SqlValue::Integer(self.as_millis()))
    }
    fn from_sql(value: SqlValue) -> Result<Self, String> {
        let millis = i64::from_sql(value)?;
        Self::checked(millis).ok_or_else(|| format!("{millis} ms is not within the years 0000 to 9999"))
    }
}

impl Declared for Uuid {
    const DECL: u64 = builtin("Uuid", &[]);
}

impl Durable for Uuid {
    const CAN: Capabilities = contract::builtin("Uuid");
    fn encode(&self, json: &mut Json) {
        json.string(&self.to_string());
    }
    fn decode(value: Value, decoder: &mut Decoder) -> Option<Self> {
        let parsed = value.as_str().and_then(|text| Self::parse(text).ok());
        parsed.or_else(|| decoder.wrong("a UUID", &value))
    }
    fn to_sql(&self) -> Result<SqlValue, Error> {
        Ok(SqlValue::Text(self.to_string()))
    }
    fn from_sql(value: SqlValue) -> Result<Self, String> {
        String::from_sql(value).and_then(|text| Self::parse(&text))
    }
}
