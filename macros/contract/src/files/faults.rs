//! `OUT_DIR/durably/faults.json`: mistakes that only the scan can see. A build script has no spans: it leaves them for the
//! macro that owns the span to raise.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::Format;

/// The file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faults {
    /// [`Format::FORMAT`].
    pub format: u32,
    /// In the order in which they were found.
    pub faults: Vec<Fault>,
}

impl Faults {
    /// The file of these faults.
    pub fn new(faults: Vec<Fault>) -> Self {
        Self { format: Self::FORMAT, faults }
    }
}

impl Format for Faults {
    const FORMAT: u32 = 1;
}

/// A mistake that the scan found and a macro raises.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The hash of the item, as the model computes it; 0 for a fault of the crate.
    #[serde(rename = "own", serialize_with = "write_hash", deserialize_with = "read_hash")]
    pub item_hash: u64,
    /// Line of the item's identifier, from 1; 0 where a fault of the crate has none.
    pub line: usize,
    /// Relative to the crate's folder, with forward slashes.
    pub file: String,
    /// What of the item is wrong.
    pub target: Target,
    /// What is wrong, and the way out.
    pub message: String,
}

impl Fault {
    /// A fault that `durably::bindings!()` raises.
    pub fn of_crate(file: impl Into<String>, line: usize, message: impl Into<String>) -> Self {
        Self { item_hash: 0, line, file: file.into(), target: Target::Crate(()), message: message.into() }
    }
}

/// Whose span the message belongs to. In the file `{"item": null}`, `{"field": "title"}`, `{"argument": ["rename", "to"]}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// The item's identifier.
    Item(()),
    /// A field's type. In an enum `variant.field`, the variant as on the wire; a tuple's fields are numbers.
    Field(String),
    /// What a method or a route returns.
    Method(String),
    /// Method (or route) and argument.
    Argument(String, String),
    /// `durably::bindings!()`, which stands for the crate.
    Crate(()),
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn write_hash<S: Serializer>(hash: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{hash:#018x}"))
}

fn read_hash<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let text = String::deserialize(deserializer)?;
    let digits = text.strip_prefix("0x").filter(|digits| digits.len() == 16);
    let hash = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
    hash.ok_or_else(|| D::Error::custom(format!("`{text}` is not `0x` and 16 digits")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{
  "format": 1,
  "faults": [
    {
      "own": "0x00000000000000ff",
      "line": 7,
      "file": "src/lib.rs",
      "target": {
        "argument": [
          "rename",
          "to"
        ]
      },
      "message": "no"
    },
    {
      "own": "0x0000000000000000",
      "line": 0,
      "file": "wrangler.toml.in",
      "target": {
        "crate": null
      },
      "message": "no"
    }
  ]
}
"#;

    #[test]
    fn golden() {
        let of_item = Fault {
            item_hash: 255,
            line: 7,
            file: "src/lib.rs".into(),
            target: Target::Argument("rename".into(), "to".into()),
            message: "no".into(),
        };
        let faults = Faults::new(vec![of_item, Fault::of_crate("wrangler.toml.in", 0, "no")]);
        assert_eq!(faults.to_text(), TEXT);
        assert_eq!(Faults::from_text(TEXT), Ok(faults));
    }

    #[test]
    fn a_file_that_is_not_understood_is_never_an_empty_one() {
        let refused = |from: &str, to: &str| Faults::from_text(&TEXT.replace(from, to)).expect_err("it is not whole");
        assert!(refused("\"format\": 1", "\"format\": 2").contains("its format is 2"));
        for member in ["faults", "own", "line", "file", "target", "message"] {
            let error = refused(&format!("\"{member}\":"), &format!("\"{member}s\":"));
            assert!(error.contains(&format!("missing field `{member}`")), "{member}: {error}");
        }
        assert!(refused("0x00000000000000ff", "255").contains("16 digits"));
        assert!(refused("\"argument\"", "\"variant\"").contains("unknown variant `variant`"));
        for text in ["", "[", "[]", "{}", "null", r#"{"format":1}"#] {
            assert!(Faults::from_text(text).is_err(), "{text}");
        }
    }
}
