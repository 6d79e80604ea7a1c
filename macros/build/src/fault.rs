//! Mistakes that only the scan can see. A build script has no spans and never fails for a fault in the code: it writes
//! `faults.json`, and the macro that owns the span raises the message there.

use serde::{Serialize, Serializer};

/// One mistake, at a place that a macro can find again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The hash of the item's own tokens, as the model computes it; 0 for a fault of the crate.
    #[serde(serialize_with = "hex")]
    pub own: u64,
    /// Line of the item's identifier, from 1; 0 where a fault of the crate has none.
    pub line: usize,
    /// Relative to the crate's folder, with forward slashes.
    pub file: String,
    /// What of the item is wrong.
    pub target: Target,
    /// What is wrong, and the way out.
    pub message: String,
}

/// Whose span the message belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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

impl Fault {
    /// A fault that `bindings!()` raises.
    pub(crate) fn of_crate(file: impl Into<String>, line: usize, message: impl Into<String>) -> Self {
        Self { own: 0, line, file: file.into(), target: Target::Crate(()), message: message.into() }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn hex<S: Serializer>(own: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&crate::hex(*own))
}
