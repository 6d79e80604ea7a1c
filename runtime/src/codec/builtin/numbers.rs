//! Numbers and booleans.

use std::fmt::Display;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use durably_contract::{self as contract, Capabilities};
use serde_json::Value;

use crate::codec::{Declared, Decoder, Durable, Json, SqlValue};
use crate::error::Error;
use crate::limits::JS_MAX_SAFE_INTEGER;
use durably_contract::decl::builtin;

/// The integer in a column, whether JS gave it as a number or durably asked for it as text.
pub(crate) fn integer_from_sql(value: &SqlValue) -> Result<i64, String> {
    match value {
        SqlValue::Integer(value) => Ok(*value),
        #[expect(clippy::cast_possible_truncation, reason = "whole and within ±2^53")]
        SqlValue::Real(value) if is_exact(*value) => Ok(*value as i64),
        SqlValue::Text(text) => text.parse().map_err(|_| format!("expected an integer, found the text {text:?}")),
        other => Err(format!("expected an integer, found {}", other.describe())),
    }
}

/// Whether a number of JS is a whole one that was not rounded.
#[expect(clippy::cast_precision_loss, reason = "2^53-1 is exact")]
pub(crate) fn is_exact(number: f64) -> bool {
    number.fract() == 0.0 && number.abs() <= JS_MAX_SAFE_INTEGER as f64
}

/// An integer in its one spelling: `+7` and `007` would be other names of 7.
pub(super) fn plain<T: FromStr + Display>(text: &str) -> Option<T> {
    text.parse().ok().filter(|number: &T| number.to_string() == text)
}

macro_rules! declared {
    ($($ty:ident),*) => { $(impl Declared for $ty { const DECL: u64 = builtin(stringify!($ty), &[]); })* };
}
declared!(bool, i8, i16, i32, i64, u8, u16, u32, u64, f32, f64);

macro_rules! integer {
    ($($ty:ident $expected:literal),* $(,)?) => { $(
        impl Durable for $ty {
            const CAN: Capabilities = contract::builtin(stringify!($ty));
            fn encode(&self, json: &mut Json) { json.integer(self); }
            fn decode(value: Value, decoder: &mut Decoder) -> Option<Self> {
                let number = value.as_i64().and_then(|n| n.try_into().ok()).or_else(|| value.as_u64().and_then(|n| n.try_into().ok()));
                number.or_else(|| decoder.wrong($expected, &value))
            }
            fn to_sql(&self) -> Result<SqlValue, Error> { Ok(SqlValue::Integer(i64::from(*self))) }
            fn from_sql(value: SqlValue) -> Result<Self, String> {
                let wide = integer_from_sql(&value)?;
                wide.try_into().map_err(|_| format!(concat!("{} does not fit ", stringify!($ty)), wide))
            }
            fn from_param(text: &str, decoder: &mut Decoder) -> Option<Self> {
                plain(text).or_else(|| decoder.wrong($expected, &Value::String(text.to_owned())))
            }
            fn initial() -> Option<Self> { Some(0) }
            integer!(@list $ty);
        }
    )* };
    (@list u8) => {
        // A list of bytes is bytes: a BLOB in SQL, base64 in JSON.
        const BYTE: bool = true;
        fn encode_list(items: &[Self], json: &mut Json) { json.string(&BASE64.encode(items)); }
        fn decode_list(value: Value, decoder: &mut Decoder) -> Option<Vec<Self>> {
            match &value {
                Value::String(text) => BASE64.decode(text).ok().or_else(|| decoder.fail("expected bytes as base64")),
                other => decoder.wrong("bytes as base64", other),
            }
        }
        fn list_to_sql(items: &[Self]) -> Result<SqlValue, Error> { Ok(SqlValue::Blob(items.to_vec())) }
        fn list_from_sql(value: SqlValue) -> Result<Vec<Self>, String> {
            match value {
                SqlValue::Blob(bytes) => Ok(bytes),
                other => Err(format!("expected bytes, found {}", other.describe())),
            }
        }
    };
    (@list $other:ident) => {};
}
integer!(i8 "an integer from -128 to 127", i16 "an integer from -32768 to 32767",
    i32 "an integer of 32 bits", i64 "an integer of 64 bits", u8 "an integer from 0 to 255",
    u16 "an integer from 0 to 65535", u32 "an integer from 0 to 4294967295");

/// SQLite has no unsigned 64 bits: 20 digits, padded with zeros, are exact and sort as the numbers do.
impl Durable for u64 {
    const CAN: Capabilities = contract::builtin("u64");
    fn encode(&self, json: &mut Json) {
        json.integer(self);
    }
    fn decode(value: Value, decoder: &mut Decoder) -> Option<Self> {
        value.as_u64().or_else(|| decoder.wrong("an integer from 0 to 2^64-1", &value))
    }
    fn to_sql(&self) -> Result<SqlValue, Error> {
        Ok(SqlValue::Text(format!("{self:020}")))
    }
    fn from_sql(value: SqlValue) -> Result<Self, String> {
        match value {
            SqlValue::Text(text) => text.parse().map_err(|_| format!("expected 20 digits, found the text {text:?}")),
            other => Err(format!("expected 20 digits as text, found {}", other.describe())),
        }
    }
    fn from_param(text: &str, decoder: &mut Decoder) -> Option<Self> {
        plain(text).or_else(|| decoder.wrong("an integer from 0 to 2^64-1", &Value::String(text.to_owned())))
    }
    fn initial() -> Option<Self> {
        Some(0)
    }
}

impl Durable for f64 {
    const CAN: Capabilities = contract::builtin("f64");
    fn encode(&self, json: &mut Json) {
        json.float(*self);
    }
    fn decode(value: Value, decoder: &mut Decoder) -> Option<Self> {
        value.as_f64().or_else(|| decoder.wrong("a number", &value))
    }
    fn to_sql(&self) -> Result<SqlValue, Error> {
        if self.is_finite() {
            return Ok(SqlValue::Real(*self));
        }
        // SQLite stores NaN as NULL, which would come back as something else.
        Err(Error::Unstorable { what: format!("the number {self}"), why: "only finite numbers can be stored or sent" })
    }
    fn from_sql(value: SqlValue) -> Result<Self, String> {
        match value {
            SqlValue::Real(value) => Ok(value),
            #[expect(clippy::cast_precision_loss, reason = "SQLite keeps whole numbers of a REAL column as integers")]
            SqlValue::Integer(value) => Ok(value as f64),
            other => Err(format!("expected a number, found {}", other.describe())),
        }
    }
    fn from_param(text: &str, decoder: &mut Decoder) -> Option<Self> {
        let number = text.parse().ok().filter(|number: &f64| number.is_finite());
        number.or_else(|| decoder.wrong("a number", &Value::String(text.to_owned())))
    }
    fn initial() -> Option<Self> {
        Some(0.0)
    }
}

impl Durable for f32 {
    const CAN: Capabilities = contract::builtin("f32");
    fn encode(&self, json: &mut Json) {
        json.float(f64::from(*self));
    }
    fn decode(value: Value, decoder: &mut Decoder) -> Option<Self> {
        f64::decode(value, decoder).and_then(|wide| narrow(wide, decoder))
    }
    fn to_sql(&self) -> Result<SqlValue, Error> {
        f64::from(*self).to_sql()
    }
    #[expect(clippy::cast_possible_truncation, reason = "compared with what it was")]
    fn from_sql(value: SqlValue) -> Result<Self, String> {
        let wide = f64::from_sql(value)?;
        let narrow = wide as f32;
        if f64::from(narrow).to_bits() == wide.to_bits() { Ok(narrow) } else { Err(format!("{wide} does not fit f32")) }
    }
    fn from_param(text: &str, decoder: &mut Decoder) -> Option<Self> {
        f64::from_param(text, decoder).and_then(|wide| narrow(wide, decoder))
    }
    fn initial() -> Option<Self> {
        Some(0.0)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "checked to be finite after it")]
fn narrow(wide: f64, decoder: &mut Decoder) -> Option<f32> {
    let narrow = wide as f32;
    if narrow.is_finite() { Some(narrow) } else { decoder.fail(format!("{wide} does not fit f32")) }
}

impl Durable for bool {
    const CAN: Capabilities = contract::builtin("bool");
    fn encode(&self, json: &mut Json) {
        json.raw(if *self { "true" } else { "false" });
    }
    fn decode(value: Value, decoder: &mut Decoder) -> Option<Self> {
        value.as_bool().or_else(|| decoder.wrong("true or false", &value))
    }
    fn to_sql(&self) -> Result<SqlValue, Error> {
        Ok(SqlValue::Integer(i64::from(*self)))
    }
    fn from_sql(value: SqlValue) -> Result<Self, String> {
        match integer_from_sql(&value)? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(format!("expected 0 or 1, found {other}")),
        }
    }
    fn from_param(text: &str, decoder: &mut Decoder) -> Option<Self> {
        text.parse().ok().or_else(|| decoder.wrong("true or false", &Value::String(text.to_owned())))
    }
    fn initial() -> Option<Self> {
        Some(false)
    }
}
