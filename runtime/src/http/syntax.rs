//! Whether a text is JSON of which only one reading is possible.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// JSON without half surrogate pairs, numbers beyond every type, nesting beyond 128, or a member given twice: a reader that
/// takes the first of two and one that takes the last would each see another document.
pub(crate) fn check(text: &str) -> serde_json::Result<()> {
    serde_json::from_str(text).map(|Checked| ())
}

struct Checked;

impl<'de> Deserialize<'de> for Checked {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Check)
    }
}

struct Check;

impl<'de> Visitor<'de> for Check {
    type Value = Checked;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_str<E>(self, _: &str) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Checked, A::Error> {
        while let Some(Checked) = items.next_element()? {}
        Ok(Checked)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Checked, A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            let Checked = members.next_value()?;
            if let Some(name) = names.replace(name) {
                return Err(A::Error::custom(format!("the member {name:?} is given twice")));
            }
        }
        Ok(Checked)
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn json_is_json() {
        for json in ["{}", " [1, -1, 1.5, null, true, \"\\ud83d\\ude00\"] ", r#"{"a":{"a":[{"a":1}]},"b":1}"#] {
            assert!(check(json).is_ok(), "{json}");
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_none() {
        for text in ["", "{", "{} {}", "\"\\ud800\"", "1e999", r#"{"a":1,"a":1}"#, r#"[{"a":1,"b":2,"\u0061":3}]"#] {
            assert!(check(text).is_err(), "{text}");
        }
        assert!(check(&"[".repeat(100_000)).is_err());
    }
}
