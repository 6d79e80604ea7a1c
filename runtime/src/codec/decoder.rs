//! Reads values and collects every fault with the path where it is, so that one answer names each bad field.

use serde_json::{Map, Value};

use crate::error::FieldError;

/// Where the reader is, and what it found wrong.
#[derive(Debug, Default)]
pub struct Decoder {
    path: Vec<String>,
    faults: Vec<FieldError>,
    /// How many there are beyond [`MAX_FAULTS`].
    more: usize,
}

/// How many faults are told. A list of a million wrong items would make a million of them, each with its path: more than
/// fits into memory.
const MAX_FAULTS: usize = 100;
/// How many characters of a member's name are told: it is somebody's input, and stands in each fault below it.
const MAX_NAME: usize = 100;
/// How many characters of a message are told: what serde says may quote the whole input.
const MAX_MESSAGE: usize = 1000;

impl Decoder {
    /// The value if nothing was wrong.
    pub fn finish<T>(mut self, read: Option<T>) -> Result<T, Vec<FieldError>> {
        if self.more > 0 {
            let message = format!("{} more faults are not listed", self.more);
            self.faults.push(FieldError { field: String::new(), message });
        }
        match read {
            Some(value) if self.faults.is_empty() => Ok(value),
            _ => Err(self.faults),
        }
    }

    /// Notes a fault at the current path.
    pub fn fail<T>(&mut self, message: impl Into<String>) -> Option<T> {
        if self.faults.len() < MAX_FAULTS {
            let message = shorten(&message.into(), MAX_MESSAGE);
            self.faults.push(FieldError { field: self.place(), message });
        } else {
            self.more += 1;
        }
        None
    }

    fn place(&self) -> String {
        self.path.iter().map(|name| shorten(name, MAX_NAME)).collect::<Vec<_>>().join(".")
    }

    /// Notes that a value has the wrong type, and shows it, shortened.
    pub fn wrong<T>(&mut self, expected: &str, found: &Value) -> Option<T> {
        self.fail(format!("expected {expected}, found {}", describe(found)))
    }

    /// Reads below `name`.
    pub fn at<T>(&mut self, name: impl Into<String>, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.path.push(name.into());
        let value = read(self);
        self.path.pop();
        value
    }

    /// Whether nothing was wrong so far.
    pub fn is_clean(&self) -> bool {
        self.faults.is_empty()
    }

    /// The members of an object; anything else is a fault.
    pub fn object(&mut self, value: Value) -> Option<Object> {
        match value {
            Value::Object(members) => Some(Object { members }),
            other => self.wrong("an object", &other),
        }
    }

    /// The items of an array of exactly `length`.
    pub fn array(&mut self, value: Value, length: usize) -> Option<std::vec::IntoIter<Value>> {
        match value {
            Value::Array(items) if items.len() == length => Some(items.into_iter()),
            Value::Array(items) => self.fail(format!("expected {length} items, found {}", items.len())),
            other => self.wrong("an array", &other),
        }
    }

    /// `"variant"` or `{"variant": data}`.
    pub fn variant(&mut self, value: Value) -> Option<(String, Option<Value>)> {
        match value {
            Value::String(name) => Some((name, None)),
            Value::Object(members) if members.len() == 1 => {
                members.into_iter().next().map(|(name, data)| (name, Some(data)))
            }
            other => self.wrong("a variant's name, or an object with it as its only key", &other),
        }
    }

    /// A variant that the type does not have.
    pub fn unknown_variant<T>(&mut self, found: &str, known: &[&str]) -> Option<T> {
        self.fail(format!("expected one of {}, found {}", known.join(", "), shorten(found, MAX_SHOWN)))
    }

    /// The data of a variant, which must be there or must not.
    pub fn variant_data(&mut self, name: &str, data: Option<Value>) -> Option<Value> {
        match data {
            Some(data) => Some(data),
            None => self.fail(format!("the variant {name} needs its data: {{\"{name}\": …}}")),
        }
    }

    /// A variant without data.
    pub fn no_data(&mut self, name: &str, data: Option<&Value>) -> Option<()> {
        match data {
            None => Some(()),
            Some(_) => self.fail(format!("the variant {name} has no data: write \"{name}\"")),
        }
    }
}

/// Members of an object that are taken one by one; what is left over is unknown.
#[derive(Debug)]
pub struct Object {
    members: Map<String, Value>,
}

impl Object {
    /// A field, or what its absence means; where that is nothing, a fault.
    pub(crate) fn field<T>(
        &mut self,
        decoder: &mut Decoder,
        name: &str,
        read: impl FnOnce(Value, &mut Decoder) -> Option<T>,
        absent: impl FnOnce() -> Option<T>,
    ) -> Option<T> {
        match self.members.remove(name) {
            Some(value) => decoder.at(name, |decoder| read(value, decoder)),
            None => match absent() {
                Some(value) => Some(value),
                None => decoder.at(name, |decoder| decoder.fail("missing")),
            },
        }
    }

    /// Takes a member as it is.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        self.members.remove(name)
    }

    /// Refuses what nobody asked for: dropping it would lose data.
    pub fn end(self, decoder: &mut Decoder) {
        for name in self.members.keys() {
            decoder.at::<()>(name.clone(), |decoder| decoder.fail("unknown field"));
        }
    }
}

/// A value as an error message shows it.
fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::String(text) => format!("the text {:?}", shorten(text, MAX_SHOWN)),
        Value::Array(items) => format!("an array of {}", items.len()),
        Value::Object(_) => "an object".into(),
    }
}

/// How many characters of a text that is wrong are shown.
const MAX_SHOWN: usize = 40;

/// The beginning of somebody's input.
fn shorten(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::{Decoder, MAX_FAULTS, MAX_MESSAGE, MAX_NAME};

    /// A body of 1 MiB can have 500,000 wrong items under one long name: told in full they would not fit into memory.
    #[test]
    fn faults_are_bounded_whatever_came() {
        let items = vec![Value::Null; 200_000];
        let found = json!({ "n".repeat(500_000): items });
        let faults = Decoder::read::<BTreeMap<String, Vec<i64>>>(found).expect_err("no item is a number");
        assert_eq!(faults.len(), MAX_FAULTS + 1);
        assert_eq!(faults[MAX_FAULTS].message, format!("{} more faults are not listed", 200_000 - MAX_FAULTS));
        let longest = faults.iter().map(|fault| fault.field.len() + fault.message.len()).max();
        assert!(longest < Some(MAX_NAME + MAX_MESSAGE), "{longest:?}");
    }

    #[test]
    fn a_message_is_bounded() {
        let mut decoder = Decoder::default();
        let _: Option<()> = decoder.fail("x".repeat(1 << 20));
        let faults = decoder.finish(Some(())).expect_err("there is one");
        assert_eq!(faults[0].message.chars().count(), MAX_MESSAGE + 1);
    }
}
