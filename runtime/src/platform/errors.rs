//! What the platform throws.

use wasm_bindgen::JsValue;

use super::js;
use crate::domain::Failure;
use crate::error::Error;

/// The message of whatever JS threw.
pub(crate) fn error_text(error: &JsValue) -> String {
    js::error_text(error)
}

impl From<worker::Error> for Error {
    fn from(error: worker::Error) -> Self {
        Self::Platform(error.to_string())
    }
}

impl<E> From<worker::Error> for Failure<E> {
    fn from(error: worker::Error) -> Self {
        Self::Durably(error.into())
    }
}
