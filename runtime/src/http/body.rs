//! Request bodies, counted as they stream.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::storage::workerd::error_text;
use crate::{Error, js};

/// The largest body of a request: 1 MiB.
pub(crate) const MAX_BODY: usize = 1 << 20;

/// The body as JSON text; an empty one is `{}`.
pub(crate) async fn read_json(request: &JsValue) -> Result<String, Error> {
    #[expect(clippy::cast_precision_loss, reason = "1 MiB")]
    let reading = js::read_body(request, MAX_BODY as f64);
    let unread = |error: JsValue| Error::BadRequest(format!("the body could not be read: {}", error_text(&error)));
    let body = JsFuture::from(reading.map_err(unread)?).await.map_err(unread)?;
    if body.is_undefined() {
        return Err(Error::BodyTooLarge { max: MAX_BODY });
    }
    let Some(text) = body.as_string() else {
        return Err(Error::BadRequest("the body is not UTF-8".into()));
    };
    if text.trim_ascii().is_empty() {
        return Ok("{}".into());
    }
    // Only the syntax: the arguments are read, with their types, where they are used.
    match super::syntax::check(&text) {
        Ok(()) => Ok(text),
        Err(error) => Err(Error::BadRequest(format!("the body is not JSON: {error}"))),
    }
}

/// Reads what is left of a body that nobody wants.
pub(crate) async fn drain(request: &JsValue) {
    if let Ok(draining) = js::drain(request) {
        let _ = JsFuture::from(draining).await; // whatever happens to it, the answer goes out
    }
}
