//! durably's own errors, with stable codes.

use std::time::Duration;

use serde_json::Value;

use super::code::Code;
use super::field::{FieldError, faults_text};
use super::outcome::{Lost, Outcome};
use super::refusal::Refusal;

/// durably's own errors. Each has a stable [`code`](Error::code), an HTTP [`status`](Error::status), and says
/// [what became of the call](Error::outcome).
///
/// ```
/// use durably::{Error, Outcome};
///
/// let error = Error::TooLarge { table: "turns", column: "text", size: 3_000_000, max: 2_000_000 };
/// assert_eq!((error.code(), error.status()), ("too_large", 413));
/// assert_eq!(error.outcome(), Outcome::NotDone);
/// assert!(!error.retryable());
/// ```
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the message of a variant says what its fields are")]
pub enum Error {
    /// The object has no state yet: its create method was not called.
    #[error("the object was not created yet")]
    NotCreated,
    /// The create method was called on an object that exists.
    #[error("the object exists already")]
    AlreadyCreated,
    /// A handle's `read` or `write` was called inside of another one of the same object.
    #[error("the state is in use: `write` was called inside another `read` or `write` of the same object")]
    Reentrant,
    /// A collection was written outside of a transaction.
    #[error(
        "`{table}` was written outside of a transaction: collections can only be written in a handler, or in `Handle::write`"
    )]
    NoTransaction { table: &'static str },
    /// A collection that belongs to no object was read, or was written outside of a create method.
    #[error(
        "this collection belongs to no object: rows can wait in a new one only while its object is being created, and are read once it is"
    )]
    Detached,
    /// The collection of a field was replaced or swapped with another. No row was moved.
    #[error(
        "the field `{field}` of {class} holds another collection than its own: collections can't be swapped or replaced; change their items"
    )]
    WrongCollection { class: &'static str, field: &'static str },
    /// A row would exceed the platform's limit (`max`, in bytes). Nothing was written.
    #[error("the row of `{table}` would be {size} bytes with `{column}`, at most {max} are allowed")]
    TooLarge { table: &'static str, column: &'static str, size: usize, max: usize },
    /// A value that has no stored form. Nothing was written.
    #[error("{what} can't be stored: {why}")]
    Unstorable { what: String, why: &'static str },
    /// A stored value cannot be read by this code. It is left as it is.
    #[error("`{table}.{column}` can't be read: {why}; the stored value is left as it is")]
    Unreadable { table: &'static str, column: &'static str, why: String },
    /// The object was written by code with another schema. It is left as it is.
    #[error(
        "this object of {class} was written with another shape (revision {revision}, {found:016x}; this code has revision {own}, {expected:016x}): it is left as it is"
    )]
    ShapeMismatch { class: &'static str, revision: i64, own: i64, found: u64, expected: u64 },
    /// The stored rows of an object are not as durably writes them. They are left as they are.
    #[error("the stored state of {class} is damaged: {why}; it is left as it is")]
    Damaged { class: &'static str, why: String },
    /// SQLite refused a statement.
    #[error("SQLite refused `{statement}`: {why}")]
    Sql { statement: String, why: String },
    /// Arguments do not fit the method; each wrong one is named.
    #[error("{}", bad_arguments(.0))]
    BadArguments(Vec<FieldError>),
    /// The class has no such method.
    #[error("{class} has no method `{method}`")]
    UnknownMethod { class: &'static str, method: String },
    /// The caller uses a form of the envelope that this code does not know yet.
    #[error("the caller speaks a newer form of the protocol: {0}")]
    NewerClient(String),
    /// The idempotency key was used before, with other arguments.
    #[error("the idempotency key was used with other arguments")]
    IdempotencyMismatch,
    /// A call with the same idempotency key is running.
    #[error("a call with the same idempotency key is running; try again for its answer")]
    InProgress,
    /// The idempotency key is not 1–255 visible ASCII characters.
    #[error("an idempotency key is 1 to 255 visible ASCII characters")]
    BadIdempotencyKey,
    /// The caller's deadline passed before the call began: nothing was done.
    #[error("the deadline passed before the call began")]
    DeadlineExceeded,
    /// An async call with an idempotency key did not end in time. It was ended: its key is free, and what it had written
    /// by then is kept.
    #[error("the call had not ended after {} ms: it was ended, and what it had written by then is kept", .after.as_millis())]
    TimedOut { after: Duration },
    /// `authorize` refused this caller.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// `cx.who()` was called where no `authorize` function established a caller.
    #[error("no `authorize` established who calls: this call did not come by HTTP")]
    NoCaller,
    /// The text is not the id of an object of this class.
    #[error("`{id}` is no id of {class}")]
    BadId { class: &'static str, id: String },
    /// The configuration could not be loaded.
    #[error("the configuration {config} can't be used: {}", faults_text(.faults))]
    Config { config: &'static str, faults: Vec<FieldError> },
    /// KV failed or did not answer. This says nothing about the document.
    #[error("KV did not answer for the configuration {config}: {why}")]
    ConfigUnavailable { config: &'static str, why: String, outcome: Outcome },
    /// A binding, a variable or a secret is missing in this environment.
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
    /// The reply is too long to be sent. If the method is synchronous, nothing of the call is kept.
    #[error("the reply has {size} bytes, at most {max} cross between Workers: answer with a page of it")]
    ReplyTooLarge { size: usize, max: usize, outcome: Outcome },
    /// An error that is too long to be sent, in whose place this one is: its fields hold too much.
    #[error("the error `{code}` has {size} bytes, at most {max} cross between Workers: put less into its fields")]
    ErrorTooLarge { code: String, size: usize, max: usize, outcome: Outcome },
    /// The arguments are too long to be sent. They were not sent.
    #[error("the arguments have {size} bytes, at most {max} cross between Workers: send them in parts")]
    ArgumentsTooLarge { size: usize, max: usize },
    /// The platform or the `worker` crate reported an error.
    #[error("{0}")]
    Platform(String),
    /// The body of a request is over its limit.
    #[error("the body is larger than {max} bytes")]
    BodyTooLarge { max: usize },
    /// The request is not what the route accepts.
    #[error("{0}")]
    BadRequest(String),
    /// Another object answered with an error that has no variant here. `data` has the fields of an application's error.
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
    format!("the arguments don't fit: {}", faults_text(faults))
}

impl Error {
    /// The stable code: `code` of a problem, of a JavaScript error, and in the log.
    pub fn code(&self) -> &str {
        match self.own_code() {
            Ok(code) => code.word(),
            Err(told) => told.code,
        }
    }

    /// The HTTP status with which a route answers.
    pub fn status(&self) -> u16 {
        match self.own_code() {
            Ok(code) => code.status(),
            Err(told) => told.status,
        }
    }

    /// The row of the table of codes, or what another object told.
    fn own_code(&self) -> Result<Code, Told<'_>> {
        Ok(match self {
            Self::NotCreated => Code::NotCreated,
            Self::AlreadyCreated => Code::AlreadyCreated,
            Self::Reentrant => Code::Reentrant,
            Self::NoTransaction { .. } => Code::NoTransaction,
            Self::Detached => Code::Detached,
            Self::WrongCollection { .. } => Code::WrongCollection,
            Self::TooLarge { .. } => Code::TooLarge,
            Self::Unstorable { .. } => Code::Unstorable,
            Self::Unreadable { .. } => Code::Unreadable,
            Self::ShapeMismatch { .. } => Code::ShapeMismatch,
            Self::Damaged { .. } => Code::Damaged,
            Self::Sql { .. } => Code::Sql,
            Self::BadArguments(_) => Code::BadArguments,
            Self::UnknownMethod { .. } => Code::UnknownMethod,
            Self::NewerClient(_) => Code::NewerClient,
            Self::IdempotencyMismatch => Code::IdempotencyMismatch,
            Self::InProgress => Code::InProgress,
            Self::BadIdempotencyKey => Code::BadIdempotencyKey,
            Self::DeadlineExceeded => Code::DeadlineExceeded,
            Self::TimedOut { .. } => Code::TimedOut,
            Self::Refused(refusal) => refusal.own_code(),
            Self::NoCaller => Code::NoCaller,
            Self::BadId { .. } => Code::BadId,
            Self::Config { .. } => Code::Config,
            Self::ConfigUnavailable { .. } => Code::ConfigUnavailable,
            Self::Missing { .. } => Code::Missing,
            Self::Panicked { .. } => Code::Panicked,
            Self::IsolateReset(_) => Code::IsolateReset,
            Self::Unreachable(_) => Code::Unreachable,
            Self::ReplyTooLarge { .. } => Code::ReplyTooLarge,
            Self::ErrorTooLarge { .. } => Code::ErrorTooLarge,
            Self::ArgumentsTooLarge { .. } => Code::ArgumentsTooLarge,
            Self::Platform(_) => Code::Platform,
            Self::BodyTooLarge { .. } => Code::BodyTooLarge,
            Self::BadRequest(_) => Code::BadRequest,
            Self::Other { code, status, retryable, .. } => {
                return Err(Told { code, status: *status, retryable: *retryable });
            }
        })
    }

    /// What became of the call that failed with this error.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::IsolateReset(lost) | Self::Unreachable(lost) => lost.outcome,
            Self::Panicked { outcome, .. }
            | Self::ReplyTooLarge { outcome, .. }
            | Self::ErrorTooLarge { outcome, .. }
            | Self::ConfigUnavailable { outcome, .. }
            | Self::Other { outcome, .. } => *outcome,
            // The work of a running call is being done, what timed out was done in part, the platform does not say. All else
            // is raised before anything is written, or undone with the transaction.
            other => other.own_code().map_or(Outcome::Unknown, Code::outcome),
        }
    }

    /// Whether it makes sense to repeat the call: the cause may be gone, and nothing is done twice, because nothing was done or
    /// because the call carried an idempotency key.
    ///
    /// ```rust
    /// use durably::prelude::*;
    /// use durably::Failure;
    ///
    /// #[durable_state]
    /// pub struct Mailbox { letters: Log<String> }
    ///
    /// #[durable_rpc]
    /// impl Mailbox {
    ///     pub fn drop_off(&mut self, letter: String) -> Result<Seq> {
    ///         Ok(self.letters.push(letter)?)
    ///     }
    /// }
    ///
    /// async fn deliver(mailbox: &MailboxClient, letter: &str) -> Result<Seq> {
    ///     match mailbox.drop_off(letter.to_owned()).await {
    ///         Err(Failure::Durably(error)) if error.retryable() => mailbox.drop_off(letter.to_owned()).await,
    ///         answer => answer,
    ///     }
    /// }
    /// ```
    pub fn retryable(&self) -> bool {
        match self {
            Self::IsolateReset(lost) | Self::Unreachable(lost) => lost.retryable,
            Self::ConfigUnavailable { outcome, .. } => *outcome == Outcome::NotDone,
            Self::TimedOut { .. } => false, // what it did before stays
            other => other.passing(),
        }
    }

    /// Whether what was in the way may be gone at the next attempt. `InProgress` and `TimedOut` are those of keyed calls.
    pub(crate) fn passing(&self) -> bool {
        match self.own_code() {
            Ok(code) => code.passes(),
            Err(told) => told.retryable,
        }
    }

    /// Names the column of a value that could not be stored.
    pub(crate) fn in_column(self, table: &'static str, column: &'static str) -> Self {
        match self {
            Self::Unstorable { what, why } => Self::Unstorable { what: format!("{what} in `{table}.{column}`"), why },
            other => other,
        }
    }

    /// The fields that are wrong, for `BadArguments`, `Config`, and what another object answered.
    pub fn fields(&self) -> &[FieldError] {
        match self {
            Self::BadArguments(faults) | Self::Config { faults, .. } | Self::Other { fields: faults, .. } => faults,
            _ => &[],
        }
    }
}

/// What another object told of an error that this version does not know.
struct Told<'a> {
    code: &'a str,
    status: u16,
    retryable: bool,
}
