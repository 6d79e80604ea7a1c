//! JSON as it comes from outside or from storage, read so that nothing is lost: `serde_json` alone keeps the last of two
//! members with one name.

use std::fmt;

use durably_contract::MAX_DEPTH;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Reads one value. `around` is how many lists and objects of durably's own stand around it in the text.
pub(crate) fn parse(text: &str, around: usize) -> Result<Value, String> {
    let mut json = serde_json::Deserializer::from_str(text);
    let value = Strict { left: MAX_DEPTH + around }.deserialize(&mut json).map_err(|error| error.to_string())?;
    json.end().map_err(|error| error.to_string())?;
    Ok(value)
}

/// A value whose objects have each member once, with so many levels left.
#[derive(Clone, Copy)]
struct Strict {
    left: usize,
}

impl Strict {
    fn below<E: Error>(self) -> Result<Self, E> {
        match self.left.checked_sub(1) {
            Some(left) => Ok(Self { left }),
            None => Err(E::custom(format!("more than {MAX_DEPTH} lists and objects in one another"))),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(below)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(A::Error::custom(format!("the member `{name}` stands in one object twice")));
            }
            let value = members.next_value_seed(below)?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
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
    use super::{MAX_DEPTH, canonical, parse};

    #[test]
    fn a_member_that_stands_twice_is_refused_at_any_depth() {
        for text in [r#"{"a":1,"a":1}"#, r#"[{"b":{"a":1,"c":2,"\u0061":3}}]"#] {
            let refused = parse(text, 0).unwrap_err();
            assert!(refused.starts_with("the member `a` stands in one object twice at line 1"), "{refused}");
        }
        assert!(parse(r#"{"a":{"a":1},"b":[{"a":1},{"a":1}]}"#, 0).is_ok());
    }

    #[test]
    fn what_durably_puts_around_a_value_does_not_count() {
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(&nested(MAX_DEPTH), 0).is_ok());
        assert!(parse(&nested(MAX_DEPTH + 1), 0).unwrap_err().starts_with("more than 120 lists and objects"));
        assert!(parse(&nested(MAX_DEPTH + 2), 2).is_ok());
        assert!(parse(&nested(MAX_DEPTH + 3), 2).is_err());
        assert!(parse("[1] 2", 0).is_err() && parse("", 0).is_err() && parse("1e999", 0).is_err());
    }

    #[test]
    fn the_canonical_text_does_not_depend_on_the_order_of_members() {
        let value = parse(r#"{"b":[1,-0.0,{"z":null,"a":"\n"}],"a":18446744073709551615}"#, 0).unwrap();
        assert_eq!(canonical(&value), r#"{"a":18446744073709551615,"b":[1,-0.0,{"a":"\n","z":null}]}"#);
    }
}
