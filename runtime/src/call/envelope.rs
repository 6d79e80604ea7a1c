//! The envelope between Rust callers and objects: JSON text both ways. See `docs/formats.md`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::args::{HttpArgs, Source};
use crate::codec::{Json, parse};
use crate::domain::{CallFailure, ReceivedError};
use crate::error::Error;
use crate::value::Timestamp;

const VERSION: u64 = 1;
const FIELDS: [&str; 8] = ["v", "method", "args", "http", "rev", "key", "deadline", "who"];

/// A call on its way to an object.
#[derive(Debug, Clone, Default)]
pub(crate) struct Envelope {
    pub(crate) method: String,
    /// The arguments as a JSON array, or those of a request.
    pub(crate) arguments: Sent,
    /// The idempotency key.
    pub(crate) key: Option<String>,
    /// After it the call must not begin.
    pub(crate) deadline: Option<Timestamp>,
    /// Who calls, as `authorize` established it: JSON.
    pub(crate) who: Option<String>,
}

/// Sent as JSON text.
#[derive(Debug, Clone)]
pub(crate) enum Sent {
    Positional(String),
    Http {
        params: BTreeMap<String, String>,
        body: Option<String>,
    },
    /// A request that could not be read: what is wrong with it, for those whom the object admits.
    Faulty(Error),
}

impl Default for Sent {
    fn default() -> Self {
        Self::Positional("[]".into())
    }
}

impl Envelope {
    /// As JSON text.
    pub(crate) fn write(&self) -> Result<String, Error> {
        let mut json = Json::default();
        json.object(|envelope| {
            envelope.member("v", |json| json.integer(VERSION));
            envelope.member("method", |json| json.string(&self.method));
            match &self.arguments {
                Sent::Positional(args) => envelope.member("args", |json| json.raw(args)),
                Sent::Http { params, body } => envelope.member("http", |json| {
                    json.object(|http| {
                        http.member("params", |json| {
                            json.object(|object| {
                                for (name, text) in params {
                                    object.member(name, |json| json.string(text));
                                }
                            });
                        });
                        if let Some(body) = body {
                            http.member("body", |json| json.raw(body));
                        }
                    });
                }),
                Sent::Faulty(fault) => envelope.member("http", |json| {
                    json.object(|http| http.member("fault", |json| CallFailure::from(fault.clone()).encode(json)));
                }),
            }
            envelope.member("rev", |json| json.integer(1));
            if let Some(key) = &self.key {
                envelope.member("key", |json| json.string(key));
            }
            if let Some(deadline) = self.deadline {
                envelope.member("deadline", |json| json.integer(deadline.as_millis()));
            }
            if let Some(who) = &self.who {
                envelope.member("who", |json| json.raw(who));
            }
        });
        json.finish()
    }
}

/// A call as it arrived.
#[derive(Debug)]
pub(crate) struct Arrived {
    pub(crate) method: String,
    pub(crate) source: Source,
    pub(crate) http: bool,
    /// What is wrong with the request, told to those whom the object admits.
    pub(crate) fault: Option<Error>,
    pub(crate) key: Option<String>,
    pub(crate) deadline: Option<Timestamp>,
    pub(crate) who: Option<Value>,
}

impl Arrived {
    /// Reads an envelope; a field that this code does not know is refused, never dropped.
    pub(crate) fn read(text: &str) -> Result<Self, Error> {
        let newer = |what: String| Error::NewerClient(what);
        // Two of its own lists or objects stand around each value.
        let mut fields = match parse(text, 2) {
            Ok(Value::Object(fields)) => fields,
            Ok(_) => return Err(wrong("is no JSON object")),
            Err(why) => return Err(wrong(&format!("is not JSON: {why}"))),
        };
        if let Some(unknown) = fields.keys().find(|name| !FIELDS.contains(&name.as_str())) {
            return Err(newer(format!("the envelope has a field `{unknown}`")));
        }
        match fields.get("v").and_then(Value::as_u64) {
            Some(VERSION) => {}
            other => return Err(newer(format!("version {other:?}"))),
        }
        match fields.get("rev").map(Value::as_u64) {
            Some(Some(1)) | None => {}
            other => return Err(newer(format!("signature revision {other:?}"))),
        }
        let method = text_of(&mut fields, "method")?.ok_or_else(|| wrong("names no method"))?;
        let (source, fault) = match (fields.remove("args"), fields.remove("http")) {
            (Some(Value::Array(args)), None) => (Source::Positional(args), None),
            (None, Some(Value::Object(request))) => http_source(request)?,
            _ => return Err(wrong("has no arguments")),
        };
        let deadline = match fields.remove("deadline") {
            None => None,
            Some(millis) => Some(millis.as_i64().ok_or_else(|| wrong("has a deadline that is no integer"))?),
        };
        Ok(Self {
            method,
            http: matches!(source, Source::Http(_)),
            source,
            fault,
            key: text_of(&mut fields, "key")?,
            deadline: deadline.map(Timestamp::from_millis),
            who: fields.remove("who"),
        })
    }
}

fn wrong(what: &str) -> Error {
    Error::BadRequest(format!("the envelope {what}"))
}

fn text_of(fields: &mut Map<String, Value>, name: &str) -> Result<Option<String>, Error> {
    match fields.remove(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(wrong(&format!("has a `{name}` that is no text"))),
    }
}

/// The arguments of a request, and what was wrong with it.
fn http_source(mut request: Map<String, Value>) -> Result<(Source, Option<Error>), Error> {
    let mut params = BTreeMap::new();
    if let Some(list) = request.remove("params") {
        let Value::Object(list) = list else { return Err(wrong("has `params` that are no object")) };
        for (name, value) in list {
            let Value::String(text) = value else {
                return Err(wrong(&format!("has a parameter `{name}` that is no text")));
            };
            params.insert(name, text);
        }
    }
    let body = request.remove("body");
    let fault = match request.remove("fault") {
        None => None,
        Some(fault) if fault["code"].is_string() && matches!(fault["status"].as_u64(), Some(400..=599)) => {
            Some(ReceivedError::read(&fault).untyped())
        }
        Some(_) => return Err(wrong("has a `fault` that is no error")),
    };
    match request.keys().next() {
        Some(unknown) => Err(Error::NewerClient(format!("the request has a field `{unknown}`"))),
        None => Ok((Source::Http(HttpArgs { params, body }), fault)),
    }
}

const OK: &str = "{\"ok\":";

/// `{"ok": …}` or `{"error": …}`.
pub(crate) fn write_reply(reply: &Result<String, CallFailure>) -> String {
    match reply {
        Ok(value) => format!("{OK}{value}}}"),
        Err(fail) => {
            let mut json = Json::default();
            json.object(|object| object.member("error", |json| fail.encode(json)));
            json.finish().unwrap_or_else(|error| {
                // Of a reason that JSON cannot hold the outcome at least: none is told, which promises nothing.
                format!("{{\"error\":{{\"code\":\"platform\",\"status\":500,\"message\":{:?}}}}}", error.to_string())
            })
        }
    }
}

/// The value of a reply, as JSON text, or its error.
pub(crate) fn read_reply(text: &str) -> Result<&str, Box<ReceivedError>> {
    // The text of a success is taken as it is: what was written as JSON is neither parsed nor reordered on the way.
    if let Some(value) = text.strip_prefix(OK).and_then(|rest| rest.strip_suffix('}')) {
        return Ok(value);
    }
    match serde_json::from_str(text) {
        Ok(Value::Object(reply)) if reply.contains_key("error") => Err(Box::new(ReceivedError::read(&reply["error"]))),
        _ => Err(Box::new(ReceivedError::read(&serde_json::json!({
            "code": "platform", "status": 500, "message": "the object's answer is not one of durably's: is the binding of another Worker?"
        })))),
    }
}
