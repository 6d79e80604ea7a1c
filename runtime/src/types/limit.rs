use durably_contract::{self as contract, Capabilities};
use serde_json::Value;

use crate::codec::{Declared, Decoder, Durable, Json, SqlValue, plain};
use crate::{Error, fingerprint};

/// How many items a page may have: 1 to 200, 50 if a query does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Limit(u32);

impl Limit {
    /// The largest page.
    pub const MAX: Self = Self(durably_contract::limits::PAGE_MAX_ITEMS);

    /// A page size, brought into 1 to 200.
    pub fn new(items: u32) -> Self {
        Self(items.clamp(1, Self::MAX.0))
    }

    /// The number of items.
    pub fn get(self) -> u32 {
        self.0
    }

    fn checked(items: Option<u64>) -> Option<Self> {
        items.and_then(|items| u32::try_from(items).ok()).filter(|items| (1..=Self::MAX.0).contains(items)).map(Self)
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(durably_contract::limits::PAGE_DEFAULT_ITEMS)
    }
}

impl Declared for Limit {
    const DECL: u64 = fingerprint::builtin("Limit", &[]);
}

const EXPECTED: &str = "a page size from 1 to 200";

impl Durable for Limit {
    const CAN: Capabilities = contract::builtin("Limit");
    fn encode(&self, json: &mut Json) {
        json.integer(self.0);
    }
    fn decode(value: Value, decoder: &mut Decoder) -> Option<Self> {
        Self::checked(value.as_u64()).or_else(|| decoder.wrong(EXPECTED, &value))
    }
    fn to_sql(&self) -> Result<SqlValue, Error> {
        Ok(SqlValue::Integer(i64::from(self.0)))
    }
    fn from_sql(value: SqlValue) -> Result<Self, String> {
        let items = i64::from_sql(value)?;
        Self::checked(u64::try_from(items).ok()).ok_or_else(|| format!("expected {EXPECTED}, found {items}"))
    }
    fn from_param(text: &str, decoder: &mut Decoder) -> Option<Self> {
        Self::checked(plain(text)).or_else(|| decoder.wrong(EXPECTED, &Value::String(text.to_owned())))
    }
    fn absent_param() -> Option<Self> {
        Some(Self::default())
    }
}
