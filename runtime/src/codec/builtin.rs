//! The built-in types: numbers, text, bytes, options, lists, maps, tuples.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::Value;

use super::{Declared, Decoder, Durable, Json, Kind, SqlValue};
use crate::Error;
use crate::fingerprint::builtin;

macro_rules! declared {
    ($($ty:ty = $name:literal),* $(,)?) => { $(impl Declared for $ty { const DECL: u64 = builtin($name, &[]); })* };
}
declared!(
    bool = "bool",
    i8 = "i8",
    i16 = "i16",
    i32 = "i32",
    i64 = "i64",
    u8 = "u8",
    u16 = "u16",
    u32 = "u32",
    u64 = "u64",
    f32 = "f32",
    f64 = "f64",
    String = "String",
    () = "()"
);

/// The integer in a column, whether JS gave it as a number or durably asked for it as text.
pub(crate) fn integer_from_sql(value: &SqlValue) -> Result<i64, String> {
    const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53: beyond it a JS number may have been rounded
    match value {
        SqlValue::Integer(value) => Ok(*value),
        #[expect(clippy::cast_possible_truncation, reason = "whole and within ±2^53")]
        SqlValue::Real(value) if value.fract() == 0.0 && value.abs() <= EXACT => Ok(*value as i64),
        SqlValue::Text(text) => text.parse().map_err(|_| format!("expected an integer, found the text {text:?}")),
        other => Err(format!("expected an integer, found {}", other.describe())),
    }
}

macro_rules! integer {
    ($($ty:ident $kind:ident $expected:literal),* $(,)?) => { $(
        impl Durable for $ty {
            const KIND: Kind = Kind::$kind;
            const HAS_INITIAL: bool = true;
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
                text.parse().ok().or_else(|| decoder.wrong($expected, &Value::String(text.to_owned())))
            }
            fn initial() -> Option<Self> { Some(0) }
            integer!(@list $ty);
        }
    )* };
    (@list u8) => {
        // A list of bytes is bytes: a BLOB in SQL, base64 in JSON.
        const LIST_KIND: Kind = Kind::Blob;
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
integer!(i8 Integer "an integer from -128 to 127", i16 Integer "an integer from -32768 to 32767",
    i32 Integer "an integer of 32 bits", i64 Wide "an integer of 64 bits", u8 Integer "an integer from 0 to 255",
    u16 Integer "an integer from 0 to 65535", u32 Integer "an integer from 0 to 4294967295");

/// SQLite has no unsigned 64 bits: 20 digits, padded with zeros, are exact and sort as the numbers do.
impl Durable for u64 {
    const KIND: Kind = Kind::Text;
    const HAS_INITIAL: bool = true;
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
        text.parse().ok().or_else(|| decoder.wrong("an integer from 0 to 2^64-1", &Value::String(text.to_owned())))
    }
    fn initial() -> Option<Self> {
        Some(0)
    }
}

impl Durable for f64 {
    const KIND: Kind = Kind::Real;
    const HAS_INITIAL: bool = true;
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
    const KIND: Kind = Kind::Real;
    const HAS_INITIAL: bool = true;
    fn encode(&self, json: &mut Json) {
        json.float(f64::from(*self));
    }
    fn decode(value: Value, decoder: &mut Decoder) -> Option<Self> {
        f64::decode(value, decoder).and_then(|wide| narrow(wide, decoder))
    }
    fn to_sql(&self) -> Result<SqlValue, Error> {
        f64::from(*self).to_sql()
    }
    #[expect(clippy::cast_possible_truncation, reason = "it was an f32 when it was stored")]
    fn from_sql(value: SqlValue) -> Result<Self, String> {
        f64::from_sql(value).map(|wide| wide as f32)
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
    const KIND: Kind = Kind::Integer;
    const HAS_INITIAL: bool = true;
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

impl Durable for String {
    const KIND: Kind = Kind::Text;
    const HAS_INITIAL: bool = true;
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

impl Durable for () {
    const HAS_INITIAL: bool = true;
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

impl<T: Durable> Declared for Option<T> {
    const DECL: u64 = builtin("Option", &[T::DECL]);
}

/// `None` is NULL in SQL, `null` or absent in JSON.
impl<T: Durable> Durable for Option<T> {
    const KIND: Kind = T::KIND;
    const NULLABLE: bool = {
        assert!(
            !T::NULLABLE,
            "Option<Option<T>> cannot tell its two kinds of nothing apart in SQL or JSON: use an enum"
        );
        true
    };
    const HAS_INITIAL: bool = true;
    const ABSENT_IN_JSON: bool = T::ABSENT_IN_JSON;
    fn encode(&self, json: &mut Json) {
        match self {
            Some(value) => value.encode(json),
            None => json.raw("null"),
        }
    }
    fn decode(value: Value, decoder: &mut Decoder) -> Option<Self> {
        if value.is_null() { Some(None) } else { T::decode(value, decoder).map(Some) }
    }
    fn to_sql(&self) -> Result<SqlValue, Error> {
        self.as_ref().map_or(Ok(SqlValue::Null), T::to_sql)
    }
    fn from_sql(value: SqlValue) -> Result<Self, String> {
        if value == SqlValue::Null { Ok(None) } else { T::from_sql(value).map(Some) }
    }
    fn from_param(text: &str, decoder: &mut Decoder) -> Option<Self> {
        T::from_param(text, decoder).map(Some)
    }
    fn absent() -> Option<Self> {
        Some(None)
    }
    fn initial() -> Option<Self> {
        Some(None)
    }
}

impl<T: Durable> Declared for Vec<T> {
    const DECL: u64 = builtin("Vec", &[T::DECL]);
}

impl<T: Durable> Durable for Vec<T> {
    const KIND: Kind = T::LIST_KIND;
    const HAS_INITIAL: bool = true;
    fn encode(&self, json: &mut Json) {
        T::encode_list(self, json);
    }
    fn decode(value: Value, decoder: &mut Decoder) -> Option<Self> {
        T::decode_list(value, decoder)
    }
    fn to_sql(&self) -> Result<SqlValue, Error> {
        T::list_to_sql(self)
    }
    fn from_sql(value: SqlValue) -> Result<Self, String> {
        T::list_from_sql(value)
    }
    fn initial() -> Option<Self> {
        Some(Self::new())
    }
}

impl<T: Durable> Declared for Box<T> {
    const DECL: u64 = builtin("Box", &[T::DECL]);
}

/// A box is what is in it; it makes recursive types possible. Its column is JSON, whatever it holds, so that the
/// constants of a recursive type do not depend on themselves.
impl<T: Durable> Durable for Box<T> {
    fn encode(&self, json: &mut Json) {
        T::encode(self, json);
    }
    fn decode(value: Value, decoder: &mut Decoder) -> Option<Self> {
        T::decode(value, decoder).map(Box::new)
    }
    fn initial() -> Option<Self> {
        None
    }
}

/// The text of a key in a JSON object.
fn key_text<K: Durable>(key: &K, json: &mut Json) -> String {
    match super::to_json(key) {
        Ok(text) => match serde_json::from_str::<String>(&text) {
            Ok(plain) => plain,
            Err(_) => text, // a number or a boolean: its digits are the key
        },
        Err(error) => {
            json.fail(error);
            String::new()
        }
    }
}

macro_rules! map {
    ($map:ident, $name:literal, $($bound:tt)+) => {
        #[allow(clippy::implicit_hasher, reason = "the build script names the type by its two arguments")]
        impl<K: Durable, V: Durable> Declared for $map<K, V> {
            const DECL: u64 = builtin($name, &[K::DECL, V::DECL]);
        }
        #[allow(clippy::implicit_hasher, reason = "the build script names the type by its two arguments")]
        /// A JSON object, its keys sorted so that equal maps have equal texts.
        impl<K: Durable + $($bound)+, V: Durable> Durable for $map<K, V> {
            const HAS_INITIAL: bool = true;
            fn encode(&self, json: &mut Json) {
                let mut members: Vec<_> = self.iter().map(|(key, value)| (key_text(key, json), value)).collect();
                members.sort_by(|a, b| a.0.cmp(&b.0));
                json.object(|object| {
                    for (key, value) in members {
                        object.member(&key, |json| value.encode(json));
                    }
                });
            }
            fn decode(value: Value, decoder: &mut Decoder) -> Option<Self> {
                let Value::Object(members) = value else { return decoder.wrong("an object", &value) };
                let mut map = Self::new();
                for (name, value) in members {
                    decoder.at::<()>(name.clone(), |decoder| {
                        let (key, value) = (K::from_param(&name, decoder)?, V::decode(value, decoder)?);
                        map.insert(key, value);
                        None
                    });
                }
                Some(map)
            }
            fn initial() -> Option<Self> {
                Some(Self::new())
            }
        }
    };
}
map!(BTreeMap, "BTreeMap", Ord);
map!(HashMap, "HashMap", Eq + Hash);

impl<T: Durable, const N: usize> Declared for [T; N] {
    const DECL: u64 = builtin("array", &[T::DECL, N as u64]);
}

/// A list of exactly `N` items.
impl<T: Durable, const N: usize> Durable for [T; N] {
    const KIND: Kind = T::LIST_KIND;
    fn encode(&self, json: &mut Json) {
        T::encode_list(self, json);
    }
    fn decode(value: Value, decoder: &mut Decoder) -> Option<Self> {
        let list = T::decode_list(value, decoder)?;
        let found = list.len();
        list.try_into().ok().or_else(|| decoder.fail(format!("expected {N} items, found {found}")))
    }
    fn to_sql(&self) -> Result<SqlValue, Error> {
        T::list_to_sql(self)
    }
    fn from_sql(value: SqlValue) -> Result<Self, String> {
        let list = T::list_from_sql(value)?;
        let found = list.len();
        list.try_into().map_err(|_| format!("expected {N} items, found {found}"))
    }
}

macro_rules! tuple {
    ($($T:ident $place:tt),+; $length:literal) => {
        impl<$($T: Durable),+> Declared for ($($T,)+) {
            const DECL: u64 = builtin("tuple", &[$($T::DECL),+]);
        }
        impl<$($T: Durable),+> Durable for ($($T,)+) {
            fn encode(&self, json: &mut Json) {
                json.array([$($place),+], |json, place: usize| match place {
                    $($place => self.$place.encode(json),)+
                    _ => {}
                });
            }
            fn decode(value: Value, decoder: &mut Decoder) -> Option<Self> {
                let mut items = decoder.array(value, $length)?;
                let read = ($(decoder.item::<$T>(&mut items, $place),)+);
                Some(($(read.$place?,)+))
            }
        }
    };
}
tuple!(A 0; 1);
tuple!(A 0, B 1; 2);
tuple!(A 0, B 1, C 2; 3);
tuple!(A 0, B 1, C 2, D 3; 4);
tuple!(A 0, B 1, C 2, D 3, E 4; 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5; 6);
