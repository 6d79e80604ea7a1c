//! Errors as `application/problem+json` (RFC 9457).

use crate::codec::Json;
use crate::domain::{CallFailure, Cause, ReceivedError, encode_fields};
use crate::error::{Code, Error, FieldError, Outcome, Refusal};

/// A problem on its way out.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) status: u16,
    code: String,
    detail: String,
    outcome: Outcome,
    /// Whether to send the same request again may help, and does nothing twice.
    repeatable: bool,
    errors: Vec<FieldError>,
    /// The variant's fields of an application's error.
    data: Option<String>,
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        CallFailure::from(error).into()
    }
}

impl From<CallFailure> for Problem {
    fn from(CallFailure { cause, outcome, retryable }: CallFailure) -> Self {
        match cause {
            Cause::Durably(error) => Self {
                status: error.status(),
                code: error.code().to_owned(),
                detail: error.to_string(),
                outcome,
                repeatable: retryable,
                errors: error.fields().to_vec(),
                data: None,
            },
            Cause::Domain { code, status, message, data } => Self {
                status,
                code: code.into_owned(),
                detail: message,
                outcome,
                repeatable: outcome == Outcome::NotDone,
                errors: Vec::new(),
                data: Some(data),
            },
        }
    }
}

impl From<ReceivedError> for Problem {
    fn from(error: ReceivedError) -> Self {
        let ReceivedError { code, status, message: detail, outcome, retryable, fields: errors, data, .. } = error;
        let repeatable = if data.is_some() { outcome == Outcome::NotDone } else { retryable };
        Self { status, code, detail, outcome, repeatable, errors, data: data.map(|data| data.to_string()) }
    }
}

impl Problem {
    /// Its row in the table of codes, if it is an error of durably's.
    fn own_code(&self) -> Option<Code> {
        if self.data.is_none() { Code::read(&self.code) } else { None }
    }

    /// An object that does not exist and one that the caller may not see answer alike.
    pub(crate) fn hiding_absence(self) -> Self {
        let absent = matches!(self.own_code(), Some(Code::NotCreated | Code::BadId));
        if absent { Error::Refused(Refusal::NotFound).into() } else { self }
    }

    /// Of a request that did something else before, which this says nothing of and nothing has undone.
    pub(crate) fn after_others(self) -> Self {
        let outcome = match self.outcome {
            Outcome::NotDone | Outcome::Unknown => Outcome::Unknown,
            Outcome::Done => Outcome::Done,
        };
        Self { outcome, repeatable: false, ..self }
    }

    /// What the log is to say and the client is not: names of tables, statements, texts of panics.
    pub(crate) fn internal(&self) -> Option<&str> {
        let hidden = matches!(
            self.own_code(),
            Some(Code::IsolateReset | Code::Unreachable | Code::Config | Code::ConfigUnavailable)
        );
        (hidden || (self.status == 500 && self.data.is_none())).then_some(self.detail.as_str())
    }

    /// The problem's JSON.
    pub(crate) fn json(&self) -> String {
        let mut json = Json::default();
        json.object(|problem| {
            problem.member("type", |json| json.string("about:blank"));
            problem.member("title", |json| json.string(title(self.status)));
            problem.member("status", |json| json.integer(self.status));
            let detail = match (self.internal(), self.outcome) {
                (None, _) => &self.detail,
                (Some(_), Outcome::NotDone) => "the request failed and changed nothing; the Worker's log says why",
                (Some(_), Outcome::Done) => "the request was carried out, but its answer was lost; the Worker's log says why",
                (Some(_), Outcome::Unknown) => {
                    "the request failed, and it is not known whether it was carried out: repeat it only with an idempotency key"
                }
            };
            problem.member("detail", |json| json.string(detail));
            problem.member("code", |json| json.string(&self.code));
            problem.member("outcome", |json| json.string(self.outcome.as_str()));
            if !self.errors.is_empty() && self.internal().is_none() {
                problem.member("errors", |json| encode_fields(&self.errors, json));
            }
            if let Some(data) = &self.data {
                problem.member("data", |json| json.raw(data));
            }
        });
        json.finish().unwrap_or_default()
    }

    /// The headers that the status asks for.
    pub(crate) fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = vec![("content-type", "application/problem+json".to_owned())];
        match self.status {
            401 => headers.push(("www-authenticate", "Bearer".into())),
            503 if self.repeatable => headers.push(("retry-after", "1".into())),
            _ => {}
        }
        headers
    }
}

/// The reason phrases of RFC 9110.
fn title(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        402..=499 => "Client Error",
        _ => "Server Error",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Problem;
    use crate::domain::{CallFailure, ReceivedError};
    use crate::error::Error;
    use crate::error::{Lost, Outcome};

    fn reset(outcome: Outcome, keyed: bool) -> Problem {
        Error::IsolateReset(Lost::new("a trap".into(), outcome, keyed)).into()
    }

    fn asks_to_retry(problem: &Problem) -> bool {
        problem.headers().iter().any(|(name, _)| *name == "retry-after")
    }

    #[test]
    fn a_request_is_asked_for_again_only_where_nothing_is_done_twice() {
        assert!(asks_to_retry(&reset(Outcome::NotDone, false)));
        for outcome in [Outcome::Done, Outcome::Unknown] {
            assert!(!asks_to_retry(&reset(outcome, false)), "{outcome}");
            assert!(asks_to_retry(&reset(outcome, true)), "{outcome}, with an idempotency key");
        }
        let config = || CallFailure::from(Error::Config { config: "Settings", faults: Vec::new() });
        assert!(asks_to_retry(&config().into()));
        assert!(!asks_to_retry(&config().begun().into()), "a handler that awaits may have written before it asked");
        assert!(!asks_to_retry(&Error::Panicked { why: String::new(), outcome: Outcome::NotDone }.into()));
        let after = reset(Outcome::NotDone, true).after_others();
        assert!(!asks_to_retry(&after), "what `fetch` did before would be done twice");
        assert_eq!(after.outcome, Outcome::Unknown);
    }

    #[test]
    fn an_applications_own_503_is_its_own() {
        let told = |outcome: &str| {
            let error = json!({ "code": "busy", "status": 503, "domain": true, "outcome": outcome });
            Problem::from(ReceivedError::read(&error))
        };
        assert!(asks_to_retry(&told("not_done")));
        assert!(!asks_to_retry(&told("unknown")));
    }

    #[test]
    fn what_is_internal_says_what_became_of_the_request_and_no_more() {
        let problem: Value = serde_json::from_str(&reset(Outcome::Done, false).json()).expect("a problem is JSON");
        assert_eq!((&problem["code"], &problem["outcome"]), (&json!("isolate_reset"), &json!("done")));
        assert!(!problem.to_string().contains("a trap"), "{problem}");
    }
}
