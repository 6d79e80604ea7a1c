//! The application's own errors.

use std::fmt;

use serde_json::Value;

use crate::codec::fingerprint::builtin;
use crate::codec::{Declared, Decoder, Json};

/// An error of the application's own, that crosses the wire with a stable code. Implemented by `#[derive(DurableError)]`.
pub trait DurableError: Declared + Sized + 'static {
    /// The variant's name in `snake_case`.
    fn code(&self) -> &'static str;
    /// The HTTP status, 400–599.
    fn status(&self) -> u16;
    /// The message with its fields filled in.
    fn message(&self) -> String;
    /// The variant's fields.
    fn encode(&self, json: &mut Json);
    /// The error again from its code and fields.
    fn decode(code: &str, data: Value, decoder: &mut Decoder) -> Option<Self>;
}

/// The error of a method that has none of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoError {}

impl Declared for NoError {
    const DECL: u64 = builtin("NoError", &[]);
}

impl DurableError for NoError {
    fn code(&self) -> &'static str {
        match *self {}
    }
    fn status(&self) -> u16 {
        match *self {}
    }
    fn message(&self) -> String {
        match *self {}
    }
    fn encode(&self, _: &mut Json) {
        match *self {}
    }
    fn decode(_: &str, _: Value, _: &mut Decoder) -> Option<Self> {
        None
    }
}

impl fmt::Display for NoError {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}
