//! Request bodies, counted as they stream.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::caller::HttpCaller;
use crate::error::{Error, Outcome};
use crate::limits::BODY_MAX_BYTES;
use crate::platform::{error_text, js};

/// The limits are those of `readBody` in `js/host.js`.
const LATE: &str = "the body did not arrive in time: at most 30 s may pass between two parts of it, and 5 min in all; send \
                    the request again";

/// The body as JSON text; an empty one is `{}`.
pub(crate) async fn read_json(caller: &HttpCaller, request: &JsValue) -> Result<String, Error> {
    check_headers(caller)?;
    #[expect(clippy::cast_precision_loss, reason = "1 MiB")]
    let reading = js::read_body(request, BODY_MAX_BYTES as f64);
    let unread = |error: JsValue| Error::BadRequest(format!("the body could not be read: {}", error_text(&error)));
    let body = JsFuture::from(reading.map_err(unread)?).await.map_err(unread)?;
    if let Some(status) = body.as_f64() {
        return Err(match status {
            413.0 => Error::BodyTooLarge { max: BODY_MAX_BYTES },
            408.0 => refused(408, "request_timeout", LATE),
            _ => Error::BadRequest("the body is not UTF-8".into()),
        });
    }
    let text = body.as_string().unwrap_or_default();
    if text.trim_ascii().is_empty() {
        return Ok("{}".into());
    }
    // Only the syntax: the arguments are read, with their types, where they are used.
    match crate::codec::check(&text) {
        Ok(()) => Ok(text),
        Err(error) => Err(Error::BadRequest(format!("the body is not JSON: {error}"))),
    }
}

/// Refuses a body where the verb has none: nobody would read it, and its sender would think that it counted. Of a GET a proxy
/// may have dropped the body and left its length.
pub(crate) async fn refuse(verb: &str, caller: &HttpCaller, request: &JsValue) -> Result<(), Error> {
    let announced =
        caller.header("content-length").is_some_and(|length| length.trim().bytes().any(|digit| digit != b'0'));
    if drain(request).await || announced {
        return Err(Error::BadRequest(format!("a {verb} takes no body: what it needs is in the path and the query")));
    }
    Ok(())
}

/// Reads what is left of a body that nobody wants, within limits, and says whether there was anything.
pub(crate) async fn drain(request: &JsValue) -> bool {
    match js::drain(request) {
        // Whatever happens to it, the answer goes out.
        Ok(draining) => JsFuture::from(draining).await.is_ok_and(|some| some.is_truthy()),
        Err(_) => false,
    }
}

/// A body is JSON in UTF-8, as it is: under another name its bytes would be another text. Which media type a client gives it
/// is nothing to us; curl's `-d` calls it a form.
fn check_headers(caller: &HttpCaller) -> Result<(), Error> {
    let refused = |why: String| Err(refused(415, "unsupported_media_type", &why));
    if let Some(coding) =
        caller.header("content-encoding").filter(|coding| !coding.trim().eq_ignore_ascii_case("identity"))
    {
        return refused(format!("a body is taken without a content encoding, this one has `{}`", shortened(&coding)));
    }
    let kind = caller.header("content-type").unwrap_or_default().to_ascii_lowercase();
    let mut parts = kind.split(';').map(str::trim);
    if parts.next().is_some_and(|kind| kind.starts_with("multipart/")) {
        return refused("a body is JSON, and not in several parts".into());
    }
    let charset = parts.filter_map(|part| part.split_once('=')).find(|(name, _)| name.trim_end() == "charset");
    match charset.map(|(_, value)| value.trim().trim_matches('"')) {
        None | Some("utf-8" | "utf8" | "us-ascii") => Ok(()),
        Some(other) => refused(format!("a body is JSON in UTF-8, this one is said to be in `{}`", shortened(other))),
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

fn refused(status: u16, code: &str, message: &str) -> Error {
    Error::Other {
        code: code.into(),
        status,
        message: message.into(),
        retryable: status == 408,
        outcome: Outcome::NotDone,
        fields: Vec::new(),
        data: None,
    }
}
