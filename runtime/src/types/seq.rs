use std::fmt;

use durably_contract::{self as contract, Capabilities};
use serde_json::Value;

use crate::codec::{Declared, Decoder, Durable, Json, SqlValue, plain};
use crate::{Error, fingerprint};

/// The place of an item in a [`Log`](crate::Log). The first is 1; `Seq::START` is before it. A place never repeats.
///
/// In a query, a missing `Seq` is `Seq::START`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seq(u64);

impl Seq {
    /// Before the first item: what to read `after` to begin at the beginning.
    pub const START: Self = Self(0);
    /// The greatest place, 2^53-1: exact in every JS client.
    pub const MAX: Self = Self(durably_contract::limits::JS_MAX_SAFE_INTEGER.cast_unsigned());

    /// The place as a number; numbers above [`Seq::MAX`] give it.
    pub fn new(place: u64) -> Self {
        Self(place.min(Self::MAX.0))
    }

    /// The number of the place.
    pub fn get(self) -> u64 {
        self.0
    }

    pub(crate) fn sql(self) -> SqlValue {
        SqlValue::Integer(self.0.cast_signed())
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Declared for Seq {
    const DECL: u64 = fingerprint::builtin("Seq", &[]);
}

const EXPECTED: &str = "a place in a log, an integer from 0 to 2^53-1";

impl Durable for Seq {
    const CAN: Capabilities = contract::builtin("Seq");
    fn encode(&self, json: &mut Json) {
        json.integer(self.0);
    }
    fn decode(value: Value, decoder: &mut Decoder) -> Option<Self> {
        match value.as_u64().filter(|place| *place <= Self::MAX.0) {
            Some(place) => Some(Self(place)),
            None => decoder.wrong(EXPECTED, &value),
        }
    }
    fn to_sql(&self) -> Result<SqlValue, Error> {
        Ok(self.sql())
    }
    fn from_sql(value: SqlValue) -> Result<Self, String> {
        let place = i64::from_sql(value)?;
        u64::try_from(place).map(Self).map_err(|_| format!("{place} is no place in a log"))
    }
    fn from_param(text: &str, decoder: &mut Decoder) -> Option<Self> {
        match plain(text).filter(|place| *place <= Self::MAX.0) {
            Some(place) => Some(Self(place)),
            None => decoder.wrong(EXPECTED, &Value::String(text.to_owned())),
        }
    }
    fn absent_param() -> Option<Self> {
        Some(Self::START)
    }
}
