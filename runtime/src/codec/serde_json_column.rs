//! `#[durable(json)]`: a foreign type, stored opaque through serde.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Decoder, Json, RowReader, RowWriter, SqlValue, canonical, faithful, parse};
use crate::error::Error;

/// DECL of an opaque field: its type is not compared.
pub const DECL: u64 = durably_contract::decl::builtin("Json", &[]);

/// The JSON of a value, read once before it is written: what serde writes and cannot read again would be lost.
fn text<T: Serialize + DeserializeOwned>(value: &T) -> Result<String, Error> {
    let unstorable = |error: serde_json::Error, why| Error::Unstorable { what: error.to_string(), why };
    faithful::check(value).map_err(|error| unstorable(error, "it would come back from JSON as something else"))?;
    let text = serde_json::to_string(value).map_err(|error| unstorable(error, "serde could not write it as JSON"))?;
    let other = |why| Error::Unstorable { what: format!("a `{}`", std::any::type_name::<T>()), why };
    let written = parse(&text, 0).map_err(|_| other("serde wrote a member twice, or nested it too deep"))?;
    let stored = canonical(&written);
    let read = serde_json::from_str::<T>(&stored)
        .map_err(|error| unstorable(error, "serde could not read back what it wrote"))?;
    // As text again: a float is written shorter than it is.
    let rewritten = |value: &T| serde_json::to_string(value).ok().and_then(|again| parse(&again, 0).ok());
    let again = rewritten(&read);
    if again.as_ref() == Some(&written) || has_no_order::<T>(&stored, &written, again, rewritten) {
        return Ok(stored);
    }
    Err(other("serde reads what it wrote as another value"))
}

/// Readings of the same text that must be in different orders at least once, before a type is taken for a set.
const READINGS: usize = 64;

/// Whether the text reads as the same items in another order each time, as of a set that hashes. Where each reading has one
/// order, and that is not the one that was written, the order means something and is lost.
fn has_no_order<T: DeserializeOwned>(
    stored: &str,
    written: &Value,
    again: Option<Value>,
    rewritten: impl Fn(&T) -> Option<Value>,
) -> bool {
    let Some(first) = again else { return false };
    if unordered(first.clone()) != unordered(written.clone()) {
        return false;
    }
    (0..READINGS).any(|_| {
        let reading = serde_json::from_str::<T>(stored).ok().and_then(|read| rewritten(&read));
        reading.is_some_and(|reading| reading != first)
    })
}

/// The value with every array in one order: a set that hashes has another order each time that it is read.
fn unordered(value: Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.into_iter().map(unordered).collect();
            items.sort_by_cached_key(canonical);
            Value::Array(items)
        }
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(name, value)| (name, unordered(value))).collect())
        }
        scalar => scalar,
    }
}

/// Writes the next column.
pub fn put<T: Serialize + DeserializeOwned>(row: &mut RowWriter, column: &'static str, value: &T) -> Result<(), Error> {
    let mut json = Json::default();
    encode(value, &mut json);
    row.put(column, json.finish().map(SqlValue::Text))
}

/// Reads the next column.
pub fn take<T: DeserializeOwned>(row: &mut RowReader, column: &'static str) -> Result<T, Error> {
    row.take(column, |value| match value {
        SqlValue::Text(text) => serde_json::from_str(&text).map_err(|error| error.to_string()),
        other => Err(format!("expected JSON text, found {}", other.describe())),
    })
}

/// Writes a value inside JSON.
pub fn encode<T: Serialize + DeserializeOwned>(value: &T, json: &mut Json) {
    match text(value) {
        Ok(text) => json.foreign(&text),
        Err(error) => json.fail(error),
    }
}

/// Reads a value inside JSON.
pub fn decode<T: DeserializeOwned>(value: Value, decoder: &mut Decoder) -> Option<T> {
    match serde_json::from_value(value) {
        Ok(value) => Some(value),
        Err(error) => decoder.fail(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use serde::{Deserialize, Serialize};

    use super::{Json, encode};

    fn written<T: Serialize + serde::de::DeserializeOwned>(value: &T) -> Result<String, String> {
        let mut json = Json::default();
        encode(value, &mut json);
        json.finish().map_err(|error| error.to_string())
    }

    #[derive(Serialize, Deserialize, Debug)]
    struct Skipping {
        #[serde(skip)]
        _cache: u8,
    }

    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct OneWay {
        #[serde(skip_serializing)]
        gone: u8,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Untagged {
        Short(u8),
        Long { length: Option<u8> },
    }

    /// Reads the last item first, each time.
    #[derive(Serialize)]
    struct Reversing(Vec<u8>);

    impl<'de> Deserialize<'de> for Reversing {
        fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            Vec::deserialize(from).map(|items| Self(items.into_iter().rev().collect()))
        }
    }

    #[derive(Deserialize)]
    struct Twice;

    impl Serialize for Twice {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_map([("a", 1), ("a", 2)])
        }
    }

    #[test]
    fn what_serde_would_read_as_something_else_is_refused() {
        let nan = "the number NaN can't be stored: it would come back from JSON as something else";
        assert_eq!(written(&f64::NAN).unwrap_err(), nan);
        assert_eq!(written(&vec![Some(f32::NAN)]).unwrap_err(), nan);
        assert!(written(&HashMap::from([("a".to_owned(), f64::INFINITY)])).is_err());
        let nothing = "a `Some` of nothing can't be stored";
        assert!(written(&Some(Some(None::<u8>))).unwrap_err().starts_with(nothing));
        assert!(written(&vec![Some(())]).unwrap_err().starts_with(nothing));
        assert!(written(&OneWay { gone: 1 }).unwrap_err().contains("missing field `gone`"));
        assert!(written(&HashMap::from([((1, 2), 3)])).is_err(), "a key that is no text");
        assert!(written(&Twice).unwrap_err().contains("a member twice"));
        let another = "serde reads what it wrote as another value";
        assert!(written(&Reversing(vec![1, 2])).unwrap_err().contains(another), "order means something there");
        assert_eq!(written(&Reversing(vec![1, 2, 1])).unwrap(), "[1,2,1]", "the same from both ends");
    }

    #[test]
    fn everything_else_is_written_in_one_order() {
        assert_eq!(written(&Some(Some(1))).unwrap(), "1");
        assert_eq!(
            written(&(None::<u8>, -0.0, u64::MAX, i64::MIN, "\0".to_owned())).unwrap(),
            r#"[null,-0.0,18446744073709551615,-9223372036854775808,"\u0000"]"#
        );
        assert_eq!(written(&0.1_f32).unwrap(), "0.1");
        let set: HashSet<String> = (0..50).map(|n| n.to_string()).collect();
        assert!((0..20).all(|_| written(&set).is_ok()), "a set has no order");
        let pair = HashSet::from([1, 2]);
        assert!((0..100).all(|_| written(&pair).is_ok()), "a set of two has two orders");
        assert_eq!(written(&Untagged::Long { length: None }).unwrap(), r#"{"length":null}"#);
        assert_eq!(written(&Untagged::Short(7)).unwrap(), "7");
        let map: HashMap<String, u8> = (0..9).map(|n| (n.to_string(), n)).collect();
        assert_eq!(written(&map).unwrap(), r#"{"0":0,"1":1,"2":2,"3":3,"4":4,"5":5,"6":6,"7":7,"8":8}"#);
        // What serde leaves out on purpose it reads again as the default: the text is the same.
        assert_eq!(written(&Skipping { _cache: 1 }).unwrap(), "{}");
    }
}
