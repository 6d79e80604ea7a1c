//! An error on its way out of an object, its type erased: what the wire carries.

use std::borrow::Cow;

use serde_json::Value;

use crate::codec::{Decoder, Json};
use crate::error::{Error, FieldError};
use crate::failure::{DurableError, Failure};
use crate::outcome::{Lost, Outcome};

/// What a call failed with, and what became of it.
#[derive(Debug, Clone)]
pub struct Fail {
    pub(crate) what: What,
    pub(crate) outcome: Outcome,
    /// Whether to repeat the call may help, and does nothing twice.
    pub(crate) retryable: bool,
}

/// An application's error, encoded, or one of durably's.
#[derive(Debug, Clone)]
pub(crate) enum What {
    Durably(Error),
    Domain { code: Cow<'static, str>, status: u16, message: String, data: String },
}

impl From<Error> for Fail {
    fn from(error: Error) -> Self {
        let (outcome, retryable) = (error.outcome(), error.retryable());
        let what = match error {
            // An application's error that this code could not read goes on as what it is.
            Error::Other { code, status, message, data: Some(data), .. } => {
                What::Domain { code: code.into(), status, message, data: data.to_string() }
            }
            error => What::Durably(error),
        };
        Self { what, outcome, retryable }
    }
}

impl<E: DurableError> From<Failure<E>> for Fail {
    fn from(failure: Failure<E>) -> Self {
        match failure {
            Failure::Durably(error) => error.into(),
            Failure::Domain(error) => {
                let mut json = Json::default();
                error.encode(&mut json);
                let (code, status) = (error.code().into(), error.status());
                match json.finish() {
                    Ok(data) => {
                        let what = What::Domain { code, status, message: error.message(), data };
                        Self { what, outcome: Outcome::NotDone, retryable: false }
                    }
                    Err(unstorable) => unstorable.into(),
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
    /// The stable code.
    pub fn code(&self) -> &str {
        match &self.what {
            What::Durably(error) => error.code(),
            What::Domain { code, .. } => code,
        }
    }

    /// What became of the call.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// What is wrong, in words.
    pub(crate) fn message(&self) -> String {
        match &self.what {
            What::Durably(error) => error.to_string(),
            What::Domain { message, .. } => message.clone(),
        }
    }

    /// durably's error, if it is one.
    pub fn durably(&self) -> Option<&Error> {
        match &self.what {
            What::Durably(error) => Some(error),
            What::Domain { .. } => None,
        }
    }

    /// Arguments that were not all there, which [`Args::end`](crate::object::Args::end) has reported before.
    pub fn incomplete() -> Self {
        Error::BadArguments(Vec::new()).into()
    }

    /// Of work that awaits: what it did before it failed is kept, and nobody knows what that was.
    #[must_use]
    pub fn begun(self) -> Self {
        Self { outcome: Outcome::Unknown, retryable: false, ..self }
    }

    /// Of a transaction, which is undone: whatever the handler's error said of another call.
    pub(crate) fn undone(self) -> Self {
        Self { outcome: Outcome::NotDone, retryable: self.passing(), ..self }
    }

    /// Of work that is done, and cannot be answered.
    pub(crate) fn done(self) -> Self {
        Self { outcome: Outcome::Done, retryable: false, ..self }
    }

    /// Of a call with an idempotency key, which may be repeated whatever became of it.
    pub(crate) fn keyed(self) -> Self {
        Self { retryable: self.passing(), ..self }
    }

    fn passing(&self) -> bool {
        matches!(&self.what, What::Durably(error) if error.passing())
    }

    /// As JSON text; empty if a reason is none that JSON can hold.
    pub(crate) fn json(&self) -> String {
        let mut json = Json::default();
        self.encode(&mut json);
        json.finish().unwrap_or_default()
    }

    /// See `docs/formats.md`.
    pub(crate) fn encode(&self, json: &mut Json) {
        json.object(|error| match &self.what {
            What::Domain { code, status, message, data } => {
                error.member("code", |json| json.string(code));
                error.member("status", |json| json.integer(status));
                error.member("message", |json| json.string(message));
                error.member("outcome", |json| json.string(self.outcome.as_str()));
                error.member("domain", |json| json.raw("true"));
                error.member("data", |json| json.raw(data));
            }
            What::Durably(own) => {
                error.member("code", |json| json.string(own.code()));
                error.member("status", |json| json.integer(own.status()));
                error.member("message", |json| json.string(&own.to_string()));
                error.member("outcome", |json| json.string(self.outcome.as_str()));
                error.member("retryable", |json| json.raw(if self.retryable { "true" } else { "false" }));
                if let Some(why) = why(own) {
                    error.member("why", |json| json.string(why));
                }
                if !own.fields().is_empty() {
                    error.member("fields", |json| encode_fields(own.fields(), json));
                }
            }
        });
    }
}

/// The reason alone, where the message is a sentence around it.
fn why(error: &Error) -> Option<&str> {
    match error {
        Error::Panicked { why, .. } => Some(why),
        Error::IsolateReset(lost) | Error::Unreachable(lost) => Some(&lost.why),
        _ => None,
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
    pub(crate) outcome: Outcome,
    pub(crate) retryable: bool,
    pub(crate) fields: Vec<FieldError>,
    /// The fields of an application's error, which is one whatever it is named.
    pub(crate) data: Option<Value>,
    why: Option<String>,
}

impl WireError {
    /// Reads an error; of one in another form, what can be read of it.
    pub(crate) fn read(error: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let fields = error["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
        let status = error["status"].as_u64().and_then(|status| status.try_into().ok());
        Self {
            code: text(&error["code"]),
            status: status.filter(|status| (400..=599).contains(status)).unwrap_or(500),
            message: text(&error["message"]),
            outcome: Outcome::read(error["outcome"].as_str()),
            retryable: error["retryable"].as_bool().unwrap_or(false),
            fields: fields
                .iter()
                .map(|f| FieldError { field: text(&f["field"]), message: text(&f["message"]) })
                .collect(),
            data: error["domain"].as_bool().unwrap_or(false).then(|| error["data"].clone()),
            why: error["why"].as_str().map(str::to_owned),
        }
    }

    /// The error that a typed caller sees.
    pub(crate) fn typed<E: DurableError>(self) -> Failure<E> {
        if let Some(data) = &self.data {
            let mut decoder = Decoder::default();
            let read = E::decode(&self.code, data.clone(), &mut decoder);
            if let Ok(error) = decoder.finish(read) {
                return Failure::Domain(error);
            }
        }
        Failure::Durably(self.untyped())
    }

    /// durably's error behind the code, or what was told as it was told.
    pub(crate) fn untyped(self) -> Error {
        match self.variant() {
            // What it says of itself must be what was told: an async method's errors promise less.
            Some(error) if error.outcome() == self.outcome && error.retryable() == self.retryable => error,
            _ => Error::Other {
                code: self.code,
                status: self.status,
                message: self.message,
                retryable: self.retryable,
                outcome: self.outcome,
                fields: self.fields,
                data: self.data,
            },
        }
    }

    fn variant(&self) -> Option<Error> {
        if self.data.is_some() {
            return None;
        }
        let why = || self.why.clone().unwrap_or_else(|| self.message.clone());
        let lost = || Lost { why: why(), outcome: self.outcome, retryable: self.retryable };
        Some(match self.code.as_str() {
            "not_created" => Error::NotCreated,
            "already_created" => Error::AlreadyCreated,
            "reentrant" => Error::Reentrant,
            "idempotency_mismatch" => Error::IdempotencyMismatch,
            "in_progress" => Error::InProgress,
            "deadline_exceeded" => Error::DeadlineExceeded,
            "bad_arguments" => Error::BadArguments(self.fields.clone()),
            "unauthorized" => Error::Refused(crate::Refusal::Unauthorized),
            "forbidden" => Error::Refused(crate::Refusal::Forbidden),
            "not_found" => Error::Refused(crate::Refusal::NotFound),
            "unavailable" => Error::Refused(crate::Refusal::Unavailable),
            "panicked" => Error::Panicked { why: why(), outcome: self.outcome },
            "isolate_reset" => Error::IsolateReset(lost()),
            "unreachable" => Error::Unreachable(lost()),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Fail, WireError};
    use crate::codec::Json;
    use crate::error::Error;
    use crate::outcome::{Lost, Outcome};

    /// The error again, after so many objects.
    fn over(hops: usize, error: &Error) -> Error {
        (0..hops).fold(error.clone(), |error, _| {
            let mut json = Json::default();
            Fail::from(error).encode(&mut json);
            let text = json.finish().expect("errors can be written");
            WireError::read(&serde_json::from_str(&text).expect("what is written is JSON")).untyped()
        })
    }

    #[test]
    fn a_reason_is_told_once_over_any_number_of_hops() {
        let lost = |outcome, keyed| Lost::new("boom: (a)".into(), outcome, keyed);
        for error in [
            Error::Panicked { why: "the handler panicked: boom".into(), outcome: Outcome::Unknown },
            Error::Panicked { why: "boom".into(), outcome: Outcome::NotDone },
            Error::IsolateReset(lost(Outcome::NotDone, true)),
            Error::Unreachable(lost(Outcome::Unknown, false)),
            Error::InProgress,
            Error::DeadlineExceeded,
        ] {
            assert_eq!(over(3, &error), error);
        }
    }

    /// It would otherwise promise what a variant of ours promises.
    #[test]
    fn what_was_told_counts_and_not_what_the_code_usually_says() {
        let told = |error| WireError::read(&error).untyped();
        let error = told(json!({ "code": "not_created", "status": 404, "message": "m", "outcome": "unknown" }));
        assert_eq!((error.code(), error.outcome(), error.retryable()), ("not_created", Outcome::Unknown, false));
        let error =
            told(json!({ "code": "deadline_exceeded", "status": 504, "outcome": "not_done", "retryable": false }));
        assert_eq!((error.code(), error.outcome(), error.retryable()), ("deadline_exceeded", Outcome::NotDone, false));
    }

    #[test]
    fn an_applications_error_stays_one_whatever_its_name() {
        let error = json!({ "code": "panicked", "status": 418, "message": "m", "outcome": "not_done", "domain": true, "data": { "a": 1 } });
        let error = over(2, &WireError::read(&error).untyped());
        assert!(matches!(&error, Error::Other { status: 418, data: Some(data), .. } if data["a"] == 1), "{error:?}");
    }

    #[test]
    fn errors_of_another_form_are_read_as_far_as_they_go() {
        for odd in
            [json!(null), json!(5), json!("text"), json!([]), json!({ "status": 200, "fields": [1, {}], "code": 7 })]
        {
            let error = WireError::read(&odd).untyped();
            assert_eq!((error.status(), error.outcome(), error.retryable()), (500, Outcome::Unknown, false), "{odd}");
        }
    }
}
