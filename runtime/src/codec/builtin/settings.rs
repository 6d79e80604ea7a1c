//! What changes settings, and what is no setting.

use durably_contract::{self as contract, Capabilities};
use serde_json::Value;

use crate::codec::{Declared, Decoder, Durable, Json, canonical};
use crate::error::Error;
use crate::value::{MergePatch, Secret};
use durably_contract::decl::builtin;

impl Declared for MergePatch {
    const DECL: u64 = builtin("MergePatch", &[]);
}

impl Durable for MergePatch {
    const CAN: Capabilities = contract::builtin("MergePatch");
    const IS_STRUCT: bool = true;
    fn encode(&self, json: &mut Json) {
        json.foreign(&canonical(&Value::Object(self.0.clone())));
    }
    fn decode(value: Value, decoder: &mut Decoder) -> Option<Self> {
        match value {
            Value::Object(members) => Some(Self(members)),
            other => decoder.wrong("an object of settings", &other),
        }
    }
}

impl<T: Declared> Declared for Secret<T> {
    const DECL: u64 = builtin("Secret", &[T::DECL]);
}

impl<T: Durable> Durable for Secret<T> {
    const CAN: Capabilities = contract::SECRET;
    fn encode(&self, json: &mut Json) {
        json.fail(Error::Unstorable { what: "a secret".into(), why: "secrets are neither stored nor sent" });
    }
    fn decode(_: Value, decoder: &mut Decoder) -> Option<Self> {
        decoder.fail("a secret is set in the environment, never in a document")
    }
}
