use durably_contract::{self as contract, Capabilities};
use serde_json::Value;

use crate::codec::{Declared, Decoder, Durable, Json, canonical};
use crate::fingerprint;

/// A JSON merge patch (RFC 7396): the body of a PATCH. Members replace, null resets; what it applies to decides which
/// members there may be.
#[derive(Debug, Clone, PartialEq)]
pub struct MergePatch(Value);

impl MergePatch {
    #[doc(hidden)]
    pub fn into_value(self) -> Value {
        self.0
    }
}

impl Declared for MergePatch {
    const DECL: u64 = fingerprint::builtin("MergePatch", &[]);
}

impl Durable for MergePatch {
    const CAN: Capabilities = contract::builtin("MergePatch");
    const IS_STRUCT: bool = true;
    fn encode(&self, json: &mut Json) {
        json.foreign(&canonical(&self.0));
    }
    fn decode(value: Value, decoder: &mut Decoder) -> Option<Self> {
        if value.is_object() { Some(Self(value)) } else { decoder.wrong("an object of settings", &value) }
    }
}
