//! Errors as `application/problem+json` (RFC 9457).

use crate::Error;
use crate::FieldError;
use crate::codec::Json;
use crate::fail::{Fail, WireError, encode_fields};

/// A problem on its way out.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) status: u16,
    code: String,
    detail: String,
    errors: Vec<FieldError>,
    /// The variant's fields of an application's error.
    data: Option<String>,
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self {
            status: error.status(),
            code: error.code().to_owned(),
            detail: error.to_string(),
            errors: error.fields().to_vec(),
            data: None,
        }
    }
}

impl From<Fail> for Problem {
    fn from(fail: Fail) -> Self {
        match fail {
            Fail::Durably(error) => error.into(),
            Fail::Domain { code, status, message, data } => {
                Self { status, code: code.to_owned(), detail: message, errors: Vec::new(), data: Some(data) }
            }
        }
    }
}

impl From<WireError> for Problem {
    fn from(error: WireError) -> Self {
        let data = error.domain.then(|| error.data.to_string());
        Self { status: error.status, code: error.code, detail: error.message, errors: error.fields, data }
    }
}

impl Problem {
    /// An object that does not exist and one that the caller may not see answer alike.
    pub(crate) fn hiding_absence(self) -> Self {
        match self.code.as_str() {
            "not_created" | "bad_id" => Error::Refused(crate::Refusal::NotFound).into(),
            _ => self,
        }
    }

    /// What the log is to say and the client is not: names of tables, statements, texts of panics.
    pub(crate) fn internal(&self) -> Option<&str> {
        let internal = self.status == 500
            || matches!(self.code.as_str(), "isolate_reset" | "unreachable" | "config" | "config_unavailable");
        (internal && self.data.is_none()).then_some(self.detail.as_str())
    }

    /// The problem's JSON.
    pub(crate) fn json(&self) -> String {
        let mut json = Json::default();
        json.object(|problem| {
            problem.member("type", |json| json.string("about:blank"));
            problem.member("title", |json| json.string(title(self.status)));
            problem.member("status", |json| json.integer(self.status));
            let detail =
                if self.internal().is_some() { "the request failed; the Worker's log says why" } else { &self.detail };
            problem.member("detail", |json| json.string(detail));
            problem.member("code", |json| json.string(&self.code));
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
            503 => headers.push(("retry-after", "1".into())),
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
