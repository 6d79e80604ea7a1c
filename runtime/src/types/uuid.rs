use std::fmt;

use durably_contract::{self as contract, Capabilities};
use serde_json::Value;

use crate::codec::{Declared, Decoder, Durable, Json, SqlValue};
use crate::{Error, fingerprint};

/// A UUID; text with dashes in SQL and JSON. [`Cx::new_id`](crate::Cx::new_id) makes them, of version 7: they sort by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid(::uuid::Uuid);

impl Uuid {
    /// Version 7 (RFC 9562): milliseconds since 1970 and 10 random bytes.
    pub(crate) fn v7(millis: u64, random: &[u8; 10]) -> Self {
        Self(::uuid::Builder::from_unix_timestamp_millis(millis, random).into_uuid())
    }

    /// From text, with or without dashes.
    ///
    /// # Errors
    /// The text is no UUID.
    pub fn parse(text: &str) -> Result<Self, String> {
        ::uuid::Uuid::parse_str(text).map(Self).map_err(|error| error.to_string())
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Declared for Uuid {
    const DECL: u64 = fingerprint::builtin("Uuid", &[]);
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
