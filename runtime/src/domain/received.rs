//! An error as it came over the wire.

use serde_json::Value;

use super::durable_error::DurableError;
use super::failure::Failure;
use crate::codec::Decoder;
use crate::error::{Code, Error, FieldError, Lost, Outcome, Refusal};

/// An error as it came over the wire.
#[derive(Debug, Clone)]
pub(crate) struct ReceivedError {
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

impl ReceivedError {
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
        Some(match Code::read(&self.code)? {
            Code::NotCreated => Error::NotCreated,
            Code::AlreadyCreated => Error::AlreadyCreated,
            Code::Reentrant => Error::Reentrant,
            Code::IdempotencyMismatch => Error::IdempotencyMismatch,
            Code::InProgress => Error::InProgress,
            Code::DeadlineExceeded => Error::DeadlineExceeded,
            Code::BadArguments => Error::BadArguments(self.fields.clone()),
            Code::Unauthorized => Error::Refused(Refusal::Unauthorized),
            Code::Forbidden => Error::Refused(Refusal::Forbidden),
            Code::NotFound => Error::Refused(Refusal::NotFound),
            Code::Unavailable => Error::Refused(Refusal::Unavailable),
            Code::Panicked => Error::Panicked { why: why(), outcome: self.outcome },
            Code::IsolateReset => Error::IsolateReset(lost()),
            Code::Unreachable => Error::Unreachable(lost()),
            // Their fields do not cross: they are passed on as they were told.
            Code::ArgumentsTooLarge
            | Code::BadId
            | Code::BadIdempotencyKey
            | Code::BadRequest
            | Code::BodyTooLarge
            | Code::Config
            | Code::ConfigUnavailable
            | Code::Damaged
            | Code::Detached
            | Code::ErrorTooLarge
            | Code::Missing
            | Code::NewerClient
            | Code::NoCaller
            | Code::NoTransaction
            | Code::Platform
            | Code::ReplyTooLarge
            | Code::ShapeMismatch
            | Code::Sql
            | Code::TimedOut
            | Code::TooLarge
            | Code::UnknownMethod
            | Code::Unreadable
            | Code::Unstorable
            | Code::WrongCollection => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::ReceivedError;
    use crate::codec::Json;
    use crate::domain::CallFailure;
    use crate::error::{Error, Lost, Outcome};

    /// The error again, after so many objects.
    fn over(hops: usize, error: &Error) -> Error {
        (0..hops).fold(error.clone(), |error, _| {
            let mut json = Json::default();
            CallFailure::from(error).encode(&mut json);
            let text = json.finish().expect("errors can be written");
            ReceivedError::read(&serde_json::from_str(&text).expect("what is written is JSON")).untyped()
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
        let told = |error| ReceivedError::read(&error).untyped();
        let error = told(json!({ "code": "not_created", "status": 404, "message": "m", "outcome": "unknown" }));
        assert_eq!((error.code(), error.outcome(), error.retryable()), ("not_created", Outcome::Unknown, false));
        let error =
            told(json!({ "code": "deadline_exceeded", "status": 504, "outcome": "not_done", "retryable": false }));
        assert_eq!((error.code(), error.outcome(), error.retryable()), ("deadline_exceeded", Outcome::NotDone, false));
    }

    #[test]
    fn an_applications_error_stays_one_whatever_its_name() {
        let error = json!({ "code": "panicked", "status": 418, "message": "m", "outcome": "not_done", "domain": true, "data": { "a": 1 } });
        let error = over(2, &ReceivedError::read(&error).untyped());
        assert!(matches!(&error, Error::Other { status: 418, data: Some(data), .. } if data["a"] == 1), "{error:?}");
    }

    #[test]
    fn errors_of_another_form_are_read_as_far_as_they_go() {
        for odd in
            [json!(null), json!(5), json!("text"), json!([]), json!({ "status": 200, "fields": [1, {}], "code": 7 })]
        {
            let error = ReceivedError::read(&odd).untyped();
            assert_eq!((error.status(), error.outcome(), error.retryable()), (500, Outcome::Unknown, false), "{odd}");
        }
    }
}
