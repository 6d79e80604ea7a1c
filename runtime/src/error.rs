//! What can go wrong, with stable codes.

use std::fmt;
use std::time::Duration;

use serde_json::Value;

use crate::outcome::{Lost, Outcome};

/// A field that is wrong, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Path with dots: `turn.text`, `items.3`. Empty for the value as a whole.
    pub field: String,
    /// What was expected and what was found.
    pub message: String,
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field.as_str() {
            "" => f.write_str(&self.message),
            field => write!(f, "{field}: {}", self.message),
        }
    }
}

/// durably's own errors. Their [`code`](Error::code) is stable and the same at every door.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the message of a variant says what its fields are")]
pub enum Error {
    /// The object was never created.
    #[error("the object was not created yet")]
    NotCreated,
    /// The create method was called on an object that exists.
    #[error("the object exists already")]
    AlreadyCreated,
    /// A handle was used to write while the state is in use.
    #[error("the state is in use: `write` was called inside another `read` or `write` of the same object")]
    Reentrant,
    /// A collection was written outside a handler's transaction.
    #[error(
        "`{table}` was written outside of a transaction: collections can only be written in a handler, or in `Handle::write`"
    )]
    NoTransaction { table: &'static str },
    /// A collection that belongs to no object was read, or written outside of a create method.
    #[error(
        "this collection belongs to no object: rows can wait in a new one only while its object is being created, and are read once it is"
    )]
    Detached,
    /// A collection was replaced or swapped; its rows stay where they are.
    #[error(
        "the field `{field}` of {class} holds another collection than its own: collections can't be swapped or replaced; change their items"
    )]
    WrongCollection { class: &'static str, field: &'static str },
    /// A row would exceed the platform's limit. Nothing was written.
    #[error("the row of `{table}` would be {size} bytes with `{column}`, at most {max} are allowed")]
    TooLarge { table: &'static str, column: &'static str, size: usize, max: usize },
    /// A value that has no stored form. Nothing was written.
    #[error("{what} can't be stored: {why}")]
    Unstorable { what: String, why: &'static str },
    /// A stored value that this code cannot read. It stays as it is.
    #[error("`{table}.{column}` can't be read: {why}; the stored value is left as it is")]
    Unreadable { table: &'static str, column: &'static str, why: String },
    /// The object was written by code with another stored shape. It stays as it is.
    #[error(
        "this object of {class} was written with another shape (revision {revision}, {found:016x}; this code has revision {own}, {expected:016x}): it is left as it is"
    )]
    ShapeMismatch { class: &'static str, revision: i64, own: i64, found: u64, expected: u64 },
    /// The stored rows of an object are not what durably writes. They stay as they are.
    #[error("the stored state of {class} is damaged: {why}; it is left as it is")]
    Damaged { class: &'static str, why: String },
    /// SQLite refused a statement.
    #[error("SQLite refused `{statement}`: {why}")]
    Sql { statement: String, why: String },
    /// Arguments that do not fit the method.
    #[error("{}", bad_arguments(.0))]
    BadArguments(Vec<FieldError>),
    /// No such method.
    #[error("{class} has no method `{method}`")]
    UnknownMethod { class: &'static str, method: String },
    /// The envelope is of a form that this code does not know.
    #[error("the caller speaks a newer form of the protocol: {0}")]
    NewerClient(String),
    /// The same idempotency key with other arguments.
    #[error("the idempotency key was used with other arguments")]
    IdempotencyMismatch,
    /// A call with the same idempotency key is running.
    #[error("a call with the same idempotency key is running; try again for its answer")]
    InProgress,
    /// An idempotency key that is not 1–255 visible ASCII characters.
    #[error("an idempotency key is 1 to 255 visible ASCII characters")]
    BadIdempotencyKey,
    /// The caller's deadline passed before the call began: nothing was done.
    #[error("the deadline passed before the call began")]
    DeadlineExceeded,
    /// An async call with an idempotency key did not end in time. It was ended: its key is free, and what it had written
    /// by then is kept.
    #[error("the call had not ended after {} ms: it was ended, and what it had written by then is kept", .after.as_millis())]
    TimedOut { after: Duration },
    /// Who may do this was decided: not this caller.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// `cx.who()` in a call that no `authorize` let in.
    #[error("no `authorize` established who calls: this call did not come by HTTP")]
    NoCaller,
    /// An id that is not one of this class's.
    #[error("`{id}` is no id of {class}")]
    BadId { class: &'static str, id: String },
    /// The configuration could not be loaded.
    #[error("the configuration {config} can't be used: {}", crate::codec::faults_text(.faults))]
    Config { config: &'static str, faults: Vec<FieldError> },
    /// KV could not be asked for the configuration, or did not take it. Nothing is said about the document.
    #[error("KV did not answer for the configuration {config}: {why}")]
    ConfigUnavailable { config: &'static str, why: String, outcome: Outcome },
    /// A binding, variable or secret that is missing.
    #[error("{what} `{name}` is missing in this environment: {why}")]
    Missing { what: &'static str, name: String, why: String },
    /// The handler panicked.
    #[error("the handler panicked: {why}")]
    Panicked { why: String, outcome: Outcome },
    /// The instance was reset while this call was pending.
    #[error("the instance was reset while the call was pending: {0}")]
    IsolateReset(Lost),
    /// No answer came from the object.
    #[error("no answer came from the object: {0}")]
    Unreachable(Lost),
    /// A reply that is too long to be sent. Of a synchronous method, nothing is kept.
    #[error("the reply has {size} bytes, at most {max} cross between Workers: answer with a page of it")]
    ReplyTooLarge { size: usize, max: usize, outcome: Outcome },
    /// An error that is too long to be sent, in whose place this one is: its fields hold too much.
    #[error("the error `{code}` has {size} bytes, at most {max} cross between Workers: put less into its fields")]
    ErrorTooLarge { code: String, size: usize, max: usize, outcome: Outcome },
    /// Arguments that are too long to be sent. They were not.
    #[error("the arguments have {size} bytes, at most {max} cross between Workers: send them in parts")]
    ArgumentsTooLarge { size: usize, max: usize },
    /// An error of the platform or of the `worker` crate.
    #[error("{0}")]
    Platform(String),
    /// A request body over its limit.
    #[error("the body is larger than {max} bytes")]
    BodyTooLarge { max: usize },
    /// A request that is not what the route takes.
    #[error("{0}")]
    BadRequest(String),
    /// Any other error of an object, as it was told. `data` is there if it is an application's own.
    #[error("{message}")]
    Other {
        code: String,
        status: u16,
        message: String,
        retryable: bool,
        outcome: Outcome,
        fields: Vec<FieldError>,
        data: Option<Value>,
    },
}

fn bad_arguments(faults: &[FieldError]) -> String {
    format!("the arguments don't fit: {}", crate::codec::faults_text(faults))
}

impl Error {
    /// The stable code, as in problems and in RPC errors.
    pub fn code(&self) -> &str {
        match self {
            Self::NotCreated => "not_created",
            Self::AlreadyCreated => "already_created",
            Self::Reentrant => "reentrant",
            Self::NoTransaction { .. } => "no_transaction",
            Self::Detached => "detached",
            Self::WrongCollection { .. } => "wrong_collection",
            Self::TooLarge { .. } => "too_large",
            Self::Unstorable { .. } => "unstorable",
            Self::Unreadable { .. } => "unreadable",
            Self::ShapeMismatch { .. } => "shape_mismatch",
            Self::Damaged { .. } => "damaged",
            Self::Sql { .. } => "sql",
            Self::BadArguments(_) => "bad_arguments",
            Self::UnknownMethod { .. } => "unknown_method",
            Self::NewerClient(_) => "newer_client",
            Self::IdempotencyMismatch => "idempotency_mismatch",
            Self::InProgress => "in_progress",
            Self::BadIdempotencyKey => "bad_idempotency_key",
            Self::DeadlineExceeded => "deadline_exceeded",
            Self::TimedOut { .. } => "timed_out",
            Self::Refused(refusal) => refusal.code(),
            Self::NoCaller => "no_caller",
            Self::BadId { .. } => "bad_id",
            Self::Config { .. } => "config",
            Self::ConfigUnavailable { .. } => "config_unavailable",
            Self::Missing { .. } => "missing_binding",
            Self::Panicked { .. } => "panicked",
            Self::IsolateReset(_) => "isolate_reset",
            Self::Unreachable(_) => "unreachable",
            Self::ReplyTooLarge { .. } => "reply_too_large",
            Self::ErrorTooLarge { .. } => "error_too_large",
            Self::ArgumentsTooLarge { .. } => "arguments_too_large",
            Self::Platform(_) => "platform",
            Self::BodyTooLarge { .. } => "body_too_large",
            Self::BadRequest(_) => "bad_request",
            Self::Other { code, .. } => code,
        }
    }

    /// The HTTP status of its problem.
    pub fn status(&self) -> u16 {
        match self {
            Self::NotCreated | Self::BadId { .. } => 404,
            Self::AlreadyCreated | Self::InProgress => 409,
            Self::TooLarge { .. }
            | Self::BodyTooLarge { .. }
            | Self::ReplyTooLarge { .. }
            | Self::ErrorTooLarge { .. }
            | Self::ArgumentsTooLarge { .. } => 413,
            Self::Unstorable { .. } | Self::BadArguments(_) | Self::IdempotencyMismatch => 422,
            Self::UnknownMethod { .. } | Self::NewerClient(_) | Self::BadIdempotencyKey | Self::BadRequest(_) => 400,
            Self::Refused(refusal) => refusal.status(),
            Self::IsolateReset(_) | Self::Unreachable(_) | Self::Config { .. } | Self::ConfigUnavailable { .. } => 503,
            Self::DeadlineExceeded | Self::TimedOut { .. } => 504,
            Self::Other { status, .. } => *status,
            _ => 500,
        }
    }

    /// What became of the call that failed with this.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::IsolateReset(lost) | Self::Unreachable(lost) => lost.outcome,
            Self::Panicked { outcome, .. }
            | Self::ReplyTooLarge { outcome, .. }
            | Self::ErrorTooLarge { outcome, .. }
            | Self::ConfigUnavailable { outcome, .. }
            | Self::Other { outcome, .. } => *outcome,
            // The work of a running call is being done, what timed out was done in part, the platform does not say.
            Self::InProgress | Self::TimedOut { .. } | Self::Platform(_) => Outcome::Unknown,
            // Raised before anything is written, or undone with the transaction.
            _ => Outcome::NotDone,
        }
    }

    /// Whether the same call may succeed when it is repeated, and nothing is done twice by that: nothing was done, or the
    /// call carried an idempotency key.
    pub fn retryable(&self) -> bool {
        self.passing()
            && match self {
                Self::IsolateReset(lost) | Self::Unreachable(lost) => lost.retryable,
                Self::ConfigUnavailable { outcome, .. } => *outcome == Outcome::NotDone,
                Self::TimedOut { .. } => false, // what it did before stays
                _ => true,
            }
    }

    /// Whether what was in the way may be gone at the next attempt. `InProgress` and `TimedOut` are those of keyed calls.
    pub(crate) fn passing(&self) -> bool {
        match self {
            Self::IsolateReset(_)
            | Self::Unreachable(_)
            | Self::DeadlineExceeded
            | Self::TimedOut { .. }
            | Self::Config { .. }
            | Self::ConfigUnavailable { .. }
            | Self::InProgress
            | Self::Refused(Refusal::Unavailable) => true,
            Self::Other { retryable, .. } => *retryable,
            _ => false,
        }
    }

    /// Names the column of a value that could not be stored.
    pub(crate) fn in_column(self, table: &'static str, column: &'static str) -> Self {
        match self {
            Self::Unstorable { what, why } => Self::Unstorable { what: format!("{what} in `{table}.{column}`"), why },
            other => other,
        }
    }

    /// The faults by field, where there are any.
    pub fn fields(&self) -> &[FieldError] {
        match self {
            Self::BadArguments(faults) | Self::Config { faults, .. } | Self::Other { fields: faults, .. } => faults,
            _ => &[],
        }
    }
}

impl From<worker::Error> for Error {
    fn from(error: worker::Error) -> Self {
        Self::Platform(error.to_string())
    }
}

/// What an `authorize` function answers to a caller whom it does not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// 401: nobody knows who calls.
    #[error("authentication is required, or what was given is not valid")]
    Unauthorized,
    /// 403: known, and not allowed.
    #[error("this caller may not do this")]
    Forbidden,
    /// 404: the caller is not even told that it exists.
    #[error("there is no such thing")]
    NotFound,
    /// 503: whether the caller may could not be found out; never a licence.
    #[error("who calls could not be established now; try again")]
    Unavailable,
}

impl Refusal {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Unavailable => "unavailable",
        }
    }

    /// The HTTP status.
    pub fn status(self) -> u16 {
        match self {
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Unavailable => 503,
        }
    }
}
