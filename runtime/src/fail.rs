//! An error on its way out of an object, its type erased: what the wire carries.

use serde_json::Value;

use crate::codec::{Decoder, Json};
use crate::error::{DurableError, Error, Failure, FieldError};

/// An application's error, encoded, or one of durably's.
#[derive(Debug, Clone)]
pub enum Fail {
    /// durably's.
    Durably(Error),
    /// The application's.
    #[allow(missing_docs, reason = "the four things that cross the wire")]
    Domain { code: &'static str, status: u16, message: String, data: String },
}

impl From<Error> for Fail {
    fn from(error: Error) -> Self {
        Self::Durably(error)
    }
}

impl<E: DurableError> From<Failure<E>> for Fail {
    fn from(failure: Failure<E>) -> Self {
        match failure {
            Failure::Durably(error) => Self::Durably(error),
            Failure::Domain(error) => {
                let mut json = Json::default();
                error.encode(&mut json);
                match json.finish() {
                    Ok(data) => {
                        Self::Domain { code: error.code(), status: error.status(), message: error.message(), data }
                    }
                    Err(unstorable) => Self::Durably(unstorable),
                }
            }
        }
    }
}

impl<E: DurableError> From<E> for Fail {
    fn from(error: E) -> Self {
        Failure::Domain(error).into()
    }
}

impl Fail {
    /// Arguments that were not all there, which [`Args::end`](crate::object::Args::end) has reported before.
    pub fn incomplete() -> Self {
        Self::Durably(Error::BadArguments(Vec::new()))
    }

    /// `{"code", "status", "message", "retryable", "domain", "data"?, "fields"?}`.
    pub(crate) fn encode(&self, json: &mut Json) {
        json.object(|error| match self {
            Self::Domain { code, status, message, data } => {
                error.member("code", |json| json.string(code));
                error.member("status", |json| json.integer(status));
                error.member("message", |json| json.string(message));
                error.member("domain", |json| json.raw("true"));
                error.member("data", |json| json.raw(data));
            }
            Self::Durably(own) => {
                error.member("code", |json| json.string(own.code()));
                error.member("status", |json| json.integer(own.status()));
                error.member("message", |json| json.string(&own.to_string()));
                error.member("retryable", |json| json.raw(if own.retryable() { "true" } else { "false" }));
                if !own.fields().is_empty() {
                    error.member("fields", |json| encode_fields(own.fields(), json));
                }
            }
        });
    }
}

/// `[{"field", "message"}]`.
pub(crate) fn encode_fields(fields: &[FieldError], json: &mut Json) {
    json.array(fields, |json, fault| {
        json.object(|object| {
            object.member("field", |json| json.string(&fault.field));
            object.member("message", |json| json.string(&fault.message));
        });
    });
}

/// An error as it came over the wire.
#[derive(Debug, Clone)]
pub(crate) struct WireError {
    pub(crate) code: String,
    pub(crate) status: u16,
    pub(crate) message: String,
    pub(crate) retryable: bool,
    pub(crate) domain: bool,
    pub(crate) data: Value,
    pub(crate) fields: Vec<FieldError>,
}

impl WireError {
    pub(crate) fn read(mut error: Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let fields = error["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
        Self {
            code: text(&error["code"]),
            status: error["status"].as_u64().and_then(|status| status.try_into().ok()).unwrap_or(500),
            message: text(&error["message"]),
            retryable: error["retryable"].as_bool().unwrap_or(false),
            domain: error["domain"].as_bool().unwrap_or(false),
            fields: fields
                .iter()
                .map(|f| FieldError { field: text(&f["field"]), message: text(&f["message"]) })
                .collect(),
            data: error["data"].take(),
        }
    }

    /// The error that a typed caller sees.
    pub(crate) fn typed<E: DurableError>(self) -> Failure<E> {
        if self.domain {
            let mut decoder = Decoder::default();
            let read = E::decode(&self.code, self.data.clone(), &mut decoder);
            if let Ok(error) = decoder.finish(read) {
                return Failure::Domain(error);
            }
        }
        Failure::Durably(self.untyped())
    }

    /// durably's error behind the code, or the code itself.
    pub(crate) fn untyped(self) -> Error {
        match self.code.as_str() {
            "not_created" => Error::NotCreated,
            "already_created" => Error::AlreadyCreated,
            "reentrant" => Error::Reentrant,
            "idempotency_mismatch" => Error::IdempotencyMismatch,
            "deadline_exceeded" => Error::DeadlineExceeded,
            "bad_arguments" => Error::BadArguments(self.fields),
            "unauthorized" => Error::Refused(crate::Refusal::Unauthorized),
            "forbidden" => Error::Refused(crate::Refusal::Forbidden),
            "not_found" => Error::Refused(crate::Refusal::NotFound),
            // Their texts are sentences around the reason already: as they are, they would be told twice.
            "panicked" => Error::Panicked(inner(&self.message, "the handler panicked: ", "")),
            "isolate_reset" => {
                let around = ("the instance was reset while the call was pending (", "); stored data");
                Error::IsolateReset(inner(&self.message, around.0, around.1))
            }
            _ => {
                Error::Other { code: self.code, status: self.status, message: self.message, retryable: self.retryable }
            }
        }
    }
}

/// The reason in a message of ours: what stands between `before` and `after`.
fn inner(message: &str, before: &str, after: &str) -> String {
    let rest = message.strip_prefix(before).unwrap_or(message);
    match (after, rest.find(after)) {
        ("", _) | (_, None) => rest.to_owned(),
        (_, Some(end)) => rest[..end].to_owned(),
    }
}
