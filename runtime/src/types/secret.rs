use std::fmt;

use durably_contract::{self as contract, Capabilities};
use serde_json::Value;
use subtle::ConstantTimeEq as _;

use crate::codec::{Declared, Decoder, Durable, Json};
use crate::{Error, fingerprint};

/// A value that is never printed, written to JSON or stored. It comes from the environment's secrets.
///
/// ```
/// use durably::Secret;
///
/// let key = Secret::new("hunter2".to_owned());
/// assert_eq!(format!("{key:?}"), "Secret(…)");
/// assert!(key.matches("hunter2"));
/// ```
#[derive(Clone)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Hides a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for the one place that needs it.
    pub fn reveal(&self) -> &T {
        &self.0
    }
}

impl Secret<String> {
    /// Compares in a time that depends only on the lengths.
    pub fn matches(&self, other: &str) -> bool {
        self.0.as_bytes().ct_eq(other.as_bytes()).into()
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl<T: Declared> Declared for Secret<T> {
    const DECL: u64 = fingerprint::builtin("Secret", &[T::DECL]);
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
