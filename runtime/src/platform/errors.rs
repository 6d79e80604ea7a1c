//! What the platform throws.

use wasm_bindgen::JsCast as _;
use wasm_bindgen::JsValue;

use crate::domain::Failure;
use crate::error::Error;

/// The message of whatever JS threw.
pub(crate) fn error_text(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map_or_else(|| format!("{error:?}"), |error| error.message().into())
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
