//! Options, lists, boxes, maps, arrays and tuples.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use durably_contract::{self as contract, Capabilities, Refusal};
use serde_json::Value;

use crate::codec::{Declared, Decoder, Durable, Json, SqlValue};
use crate::error::Error;
use durably_contract::decl::builtin;

impl<T: Durable> Declared for Option<T> {
    const DECL: u64 = builtin("Option", &[T::DECL]);
}

/// `None` is NULL in SQL, `null` or absent in JSON.
impl<T: Durable> Durable for Option<T> {
    const CAN: Capabilities = contract::option(T::CAN);
    const REFUSED: Option<Refusal> = contract::first(contract::refuse_option(T::CAN), T::REFUSED);
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
    const CAN: Capabilities = contract::list(T::BYTE);
    const REFUSED: Option<Refusal> = contract::first(contract::refuse_value(T::CAN), T::REFUSED);
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
    const CAN: Capabilities = contract::boxed(T::CAN);
    const REFUSED: Option<Refusal> = T::REFUSED;
    fn encode(&self, json: &mut Json) {
        T::encode(self, json);
    }
    fn decode(value: Value, decoder: &mut Decoder) -> Option<Self> {
        T::decode(value, decoder).map(Box::new)
    }
    fn absent() -> Option<Self> {
        T::absent().map(Box::new)
    }
    fn initial() -> Option<Self> {
        None
    }
}

/// The text of a key in a JSON object.
fn key_text<K: Durable>(key: &K, json: &mut Json) -> String {
    match crate::codec::to_json(key) {
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
            const CAN: Capabilities = contract::MAP;
            const REFUSED: Option<Refusal> = contract::first(
                contract::refuse_key(K::CAN),
                contract::first(contract::refuse_value(V::CAN), contract::first(K::REFUSED, V::REFUSED)),
            );
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
                        // `7` and `07` are one number: whichever came first would be lost in silence.
                        match map.insert(key, value) {
                            None => None,
                            Some(_) => decoder.fail("another key has the same value, written differently"),
                        }
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
    const CAN: Capabilities = contract::array(T::BYTE);
    const REFUSED: Option<Refusal> = contract::first(contract::refuse_value(T::CAN), T::REFUSED);
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
            const CAN: Capabilities = contract::TUPLE;
            const REFUSED: Option<Refusal> = {
                let mut refused = None;
                $(refused = contract::first(refused, contract::first(contract::refuse_value($T::CAN), $T::REFUSED));)+
                refused
            };
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
