//! An error on its way out of an object, its type erased: what the wire carries.

use std::borrow::Cow;

use super::durable_error::DurableError;
use super::failure::Failure;
use crate::codec::Json;
use crate::error::{Error, FieldError, Outcome};

/// What a call failed with, and what became of it.
#[derive(Debug, Clone)]
pub struct CallFailure {
    pub(crate) cause: Cause,
    pub(crate) outcome: Outcome,
    /// Whether to repeat the call may help, and does nothing twice.
    pub(crate) retryable: bool,
}

/// An application's error, encoded, or one of durably's.
#[derive(Debug, Clone)]
pub(crate) enum Cause {
    Durably(Error),
    Domain { code: Cow<'static, str>, status: u16, message: String, data: String },
}

impl From<Error> for CallFailure {
    fn from(error: Error) -> Self {
        let (outcome, retryable) = (error.outcome(), error.retryable());
        let cause = match error {
            // An application's error that this code could not read goes on as what it is.
            Error::Other { code, status, message, data: Some(data), .. } => {
                Cause::Domain { code: code.into(), status, message, data: data.to_string() }
            }
            error => Cause::Durably(error),
        };
        Self { cause, outcome, retryable }
    }
}

impl<E: DurableError> From<Failure<E>> for CallFailure {
    fn from(failure: Failure<E>) -> Self {
        match failure {
            Failure::Durably(error) => error.into(),
            Failure::Domain(error) => {
                let mut json = Json::default();
                error.encode(&mut json);
                let (code, status) = (error.code().into(), error.status());
                match json.finish() {
                    Ok(data) => {
                        let cause = Cause::Domain { code, status, message: error.message(), data };
                        Self { cause, outcome: Outcome::NotDone, retryable: false }
                    }
                    Err(unstorable) => unstorable.into(),
                }
            }
        }
    }
}

impl<E: DurableError> From<E> for CallFailure {
    fn from(error: E) -> Self {
        Failure::Domain(error).into()
    }
}

impl CallFailure {
    /// The stable code.
    pub fn code(&self) -> &str {
        match &self.cause {
            Cause::Durably(error) => error.code(),
            Cause::Domain { code, .. } => code,
        }
    }

    /// What became of the call.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// What is wrong, in words.
    pub(crate) fn message(&self) -> String {
        match &self.cause {
            Cause::Durably(error) => error.to_string(),
            Cause::Domain { message, .. } => message.clone(),
        }
    }

    /// durably's error, if it is one.
    pub fn durably(&self) -> Option<&Error> {
        match &self.cause {
            Cause::Durably(error) => Some(error),
            Cause::Domain { .. } => None,
        }
    }

    /// Arguments that were not all there, which `Args::end` has reported before.
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
        matches!(&self.cause, Cause::Durably(error) if error.passing())
    }

    /// As JSON text; empty if a reason is none that JSON can hold.
    pub(crate) fn json(&self) -> String {
        let mut json = Json::default();
        self.encode(&mut json);
        json.finish().unwrap_or_default()
    }

    /// See `docs/formats.md`.
    pub(crate) fn encode(&self, json: &mut Json) {
        json.object(|error| match &self.cause {
            Cause::Domain { code, status, message, data } => {
                error.member("code", |json| json.string(code));
                error.member("status", |json| json.integer(status));
                error.member("message", |json| json.string(message));
                error.member("outcome", |json| json.string(self.outcome.as_str()));
                error.member("domain", |json| json.raw("true"));
                error.member("data", |json| json.raw(data));
            }
            Cause::Durably(own) => {
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
