//! JSON as it comes from outside or from storage, read so that nothing is lost: `serde_json` alone keeps the last of two
//! members with one name.

use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::limits::JSON_MAX_DEPTH;

/// Reads one value. `around` is how many lists and objects of durably's own stand around it in the text.
pub(crate) fn parse(text: &str, around: usize) -> Result<Value, String> {
    read(text, around)
}

/// Whether [`parse`] would read the text, without making the value.
pub(crate) fn check(text: &str) -> Result<(), String> {
    read(text, 0)
}

fn read<T: Tree>(text: &str, around: usize) -> Result<T, String> {
    let mut json = serde_json::Deserializer::from_str(text);
    let value = Strict { left: JSON_MAX_DEPTH + around, tree: PhantomData }.deserialize(&mut json);
    let value = value.map_err(|error| error.to_string())?;
    json.end().map_err(|error| error.to_string())?;
    Ok(value)
}

/// What is made of a text: a value, or nothing.
trait Tree: Sized {
    /// An object that is being read.
    type Members: Default;
    fn scalar(value: impl Into<Value>) -> Self;
    fn list(items: Vec<Self>) -> Self;
    fn object(members: Self::Members) -> Self;
    fn has(members: &Self::Members, name: &str) -> bool;
    fn add(members: &mut Self::Members, name: String, value: Self);
}

impl Tree for Value {
    type Members = Map<String, Self>;
    fn scalar(value: impl Into<Self>) -> Self {
        value.into()
    }
    fn list(items: Vec<Self>) -> Self {
        Self::Array(items)
    }
    fn object(members: Map<String, Self>) -> Self {
        Self::Object(members)
    }
    fn has(members: &Map<String, Self>, name: &str) -> bool {
        members.contains_key(name)
    }
    fn add(members: &mut Map<String, Self>, name: String, value: Self) {
        members.insert(name, value);
    }
}

impl Tree for () {
    type Members = HashSet<String>;
    fn scalar(_: impl Into<Value>) {}
    fn list(_: Vec<()>) {}
    fn object(_: HashSet<String>) {}
    fn has(members: &HashSet<String>, name: &str) -> bool {
        members.contains(name)
    }
    fn add(members: &mut HashSet<String>, name: String, (): ()) {
        members.insert(name);
    }
}

/// Text whose objects have each member once, with so many levels left.
struct Strict<T> {
    left: usize,
    tree: PhantomData<T>,
}

impl<T> Strict<T> {
    fn below<E: Error>(&self) -> Result<impl Fn() -> Self + use<T, E>, E> {
        match self.left.checked_sub(1) {
            Some(left) => Ok(move || Self { left, tree: PhantomData }),
            None => Err(E::custom(format!("more than {JSON_MAX_DEPTH} lists and objects in one another"))),
        }
    }
}

impl<'de, T: Tree> DeserializeSeed<'de> for Strict<T> {
    type Value = T;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<T, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, T: Tree> Visitor<'de> for Strict<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::scalar(()))
    }
    fn visit_bool<E>(self, value: bool) -> Result<T, E> {
        Ok(T::scalar(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<T, E> {
        Ok(T::scalar(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<T, E> {
        Ok(T::scalar(value))
    }
    fn visit_f64<E>(self, value: f64) -> Result<T, E> {
        Ok(T::scalar(value))
    }
    fn visit_str<E>(self, value: &str) -> Result<T, E> {
        Ok(T::scalar(value))
    }
    fn visit_string<E>(self, value: String) -> Result<T, E> {
        Ok(T::scalar(value))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<T, A::Error> {
        let below = self.below()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(below())? {
            list.push(item);
        }
        Ok(T::list(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<T, A::Error> {
        let below = self.below()?;
        let mut object = T::Members::default();
        while let Some(name) = members.next_key::<String>()? {
            if T::has(&object, &name) {
                return Err(A::Error::custom(format!("the member {name:?} is given twice")));
            }
            let value = members.next_value_seed(below())?;
            T::add(&mut object, name, value);
        }
        Ok(T::object(object))
    }
}

/// One text for one value, whatever the order in which its members came and whichever features of `serde_json` the
/// application's other dependencies switch on.
pub(crate) fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Array(items) => {
            text.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                write(item, text);
            }
            text.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            text.push('{');
            for (place, (name, value)) in members.into_iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write(value, text);
            }
            text.push('}');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::{JSON_MAX_DEPTH, canonical, check, parse};

    #[test]
    fn a_member_that_stands_twice_is_refused_at_any_depth() {
        for text in [r#"{"a":1,"a":1}"#, r#"[{"b":{"a":1,"c":2,"\u0061":3}}]"#] {
            let refused = parse(text, 0).unwrap_err();
            assert!(refused.starts_with("the member \"a\" is given twice at line 1"), "{refused}");
            assert_eq!(check(text), Err(refused));
        }
        assert!(parse(r#"{"a":{"a":1},"b":[{"a":1},{"a":1}]}"#, 0).is_ok());
    }

    #[test]
    fn what_durably_puts_around_a_value_does_not_count() {
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(&nested(JSON_MAX_DEPTH), 0).is_ok());
        assert!(parse(&nested(JSON_MAX_DEPTH + 1), 0).unwrap_err().starts_with("more than 120 lists and objects"));
        assert!(parse(&nested(JSON_MAX_DEPTH + 2), 2).is_ok());
        assert!(parse(&nested(JSON_MAX_DEPTH + 3), 2).is_err());
        assert!(check(&nested(JSON_MAX_DEPTH)).is_ok() && check(&nested(JSON_MAX_DEPTH + 1)).is_err());
        assert!(check(&"[".repeat(100_000)).is_err());
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in ["", "{", "{} {}", "[1] 2", "\"\\ud800\"", "1e999", "NaN", "\u{feff}1"] {
            assert!(check(text).is_err() && parse(text, 0).is_err(), "{text}");
        }
        for text in ["{}", " [1, -1, 1.5, null, true, \"\\ud83d\\ude00\"] ", r#"{"a":{"a":[{"a":1}]},"b":1}"#] {
            assert!(check(text).is_ok() && parse(text, 0).is_ok(), "{text}");
        }
    }

    #[test]
    fn the_canonical_text_does_not_depend_on_the_order_of_members() {
        let value = parse(r#"{"b":[1,-0.0,{"z":null,"a":"\n"}],"a":18446744073709551615}"#, 0).unwrap();
        assert_eq!(canonical(&value), r#"{"a":18446744073709551615,"b":[1,-0.0,{"a":"\n","z":null}]}"#);
    }
}
