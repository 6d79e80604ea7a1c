//! What can go wrong, with stable codes.

use std::fmt;

use serde_json::Value;

use crate::codec::{Decoder, Json};

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
    /// The caller's deadline passed before the call began.
    #[error("the deadline passed before the call began")]
    DeadlineExceeded,
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
    #[error("KV could not be asked about the configuration {config}: {why}")]
    ConfigUnavailable { config: &'static str, why: String },
    /// A binding, variable or secret that is missing.
    #[error("{what} `{name}` is missing in this environment: {why}")]
    Missing { what: &'static str, name: String, why: String },
    /// The handler panicked.
    #[error("the handler panicked: {0}")]
    Panicked(String),
    /// The instance was reset while this call was pending.
    #[error(
        "the instance was reset while the call was pending ({0}); stored data is intact and the call may be repeated"
    )]
    IsolateReset(String),
    /// The object could not be reached.
    #[error("the object could not be reached: {0}")]
    Unreachable(String),
    /// An error of the platform or of the `worker` crate.
    #[error("{0}")]
    Platform(String),
    /// A request body over its limit.
    #[error("the body is larger than {max} bytes")]
    BodyTooLarge { max: usize },
    /// A request that is not what the route takes.
    #[error("{0}")]
    BadRequest(String),
    /// An error of another durably, with its code.
    #[error("{message}")]
    Other { code: String, status: u16, message: String, retryable: bool },
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
            Self::Refused(refusal) => refusal.code(),
            Self::NoCaller => "no_caller",
            Self::BadId { .. } => "bad_id",
            Self::Config { .. } => "config",
            Self::ConfigUnavailable { .. } => "config_unavailable",
            Self::Missing { .. } => "missing_binding",
            Self::Panicked(_) => "panicked",
            Self::IsolateReset(_) => "isolate_reset",
            Self::Unreachable(_) => "unreachable",
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
            Self::TooLarge { .. } | Self::BodyTooLarge { .. } => 413,
            Self::Unstorable { .. } | Self::BadArguments(_) | Self::IdempotencyMismatch => 422,
            Self::UnknownMethod { .. } | Self::NewerClient(_) | Self::BadIdempotencyKey | Self::BadRequest(_) => 400,
            Self::Refused(refusal) => refusal.status(),
            Self::IsolateReset(_) | Self::Unreachable(_) | Self::Config { .. } | Self::ConfigUnavailable { .. } => 503,
            Self::DeadlineExceeded => 504,
            Self::Other { status, .. } => *status,
            _ => 500,
        }
    }

    /// Whether the same call may succeed when it is repeated.
    pub fn retryable(&self) -> bool {
        match self {
            Self::IsolateReset(_)
            | Self::Unreachable(_)
            | Self::DeadlineExceeded
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
            Self::BadArguments(faults) | Self::Config { faults, .. } => faults,
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

/// An error of the application's own, that crosses the wire with a stable code. Implemented by `#[derive(DurableError)]`.
pub trait DurableError: crate::codec::Declared + Sized + 'static {
    /// The variant's name in `snake_case`.
    fn code(&self) -> &'static str;
    /// The HTTP status, 400–599.
    fn status(&self) -> u16;
    /// The message with its fields filled in.
    fn message(&self) -> String;
    /// The variant's fields.
    fn encode(&self, json: &mut Json);
    /// The error again from its code and fields.
    fn decode(code: &str, data: Value, decoder: &mut Decoder) -> Option<Self>;
}

/// The error of a method that has none of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoError {}

impl crate::codec::Declared for NoError {
    const DECL: u64 = crate::fingerprint::builtin("NoError", &[]);
}

impl DurableError for NoError {
    fn code(&self) -> &'static str {
        match *self {}
    }
    fn status(&self) -> u16 {
        match *self {}
    }
    fn message(&self) -> String {
        match *self {}
    }
    fn encode(&self, _: &mut Json) {
        match *self {}
    }
    fn decode(_: &str, _: Value, _: &mut Decoder) -> Option<Self> {
        None
    }
}

impl fmt::Display for NoError {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

/// How a handler or a call fails: with the application's own error or with durably's.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure<E> {
    /// The application's.
    Domain(E),
    /// durably's.
    Durably(Error),
}

/// What handlers return and clients give. Through `?` its error side takes your `E`, durably's errors and worker's.
pub type Result<T, E = NoError> = std::result::Result<T, Failure<E>>;

impl<E> Failure<E> {
    /// The application's error, if it is one.
    pub fn domain(&self) -> Option<&E> {
        match self {
            Self::Domain(error) => Some(error),
            Self::Durably(_) => None,
        }
    }

    /// durably's error, if it is one.
    pub fn durably(&self) -> Option<&Error> {
        match self {
            Self::Domain(_) => None,
            Self::Durably(error) => Some(error),
        }
    }
}

impl<E: DurableError> From<E> for Failure<E> {
    fn from(error: E) -> Self {
        Self::Domain(error)
    }
}

impl<E> From<Error> for Failure<E> {
    fn from(error: Error) -> Self {
        Self::Durably(error)
    }
}

impl<E> From<Refusal> for Failure<E> {
    fn from(refusal: Refusal) -> Self {
        Self::Durably(Error::Refused(refusal))
    }
}

impl<E> From<worker::Error> for Failure<E> {
    fn from(error: worker::Error) -> Self {
        Self::Durably(error.into())
    }
}

impl<E: DurableError> fmt::Display for Failure<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Domain(error) => f.write_str(&error.message()),
            Self::Durably(error) => error.fmt(f),
        }
    }
}

impl<E: DurableError + fmt::Debug> std::error::Error for Failure<E> {}
