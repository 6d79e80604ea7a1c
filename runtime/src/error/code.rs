//! The stable codes, one row each: the word at every door, the HTTP status of its problem, whether what was in the way may
//! be gone at the next attempt, and what became of the call.

use super::outcome::Outcome;

/// Writes the table as an enum, so that what is decided for each code is decided in a `match` without `_`.
macro_rules! codes {
    ($($code:ident $word:literal $status:literal $passes:literal $outcome:ident,)*) => {
        /// A code of durably's own.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Code { $($code),* }

        impl Code {
            /// As it stands in problems and in RPC errors.
            pub(crate) const fn word(self) -> &'static str {
                match self { $(Self::$code => $word),* }
            }

            /// The HTTP status.
            pub(crate) const fn status(self) -> u16 {
                match self { $(Self::$code => $status),* }
            }

            /// Whether what was in the way may be gone at the next attempt.
            pub(crate) const fn passes(self) -> bool {
                match self { $(Self::$code => $passes),* }
            }

            /// What became of the call, where its error does not say it itself.
            pub(crate) const fn outcome(self) -> Outcome {
                match self { $(Self::$code => Outcome::$outcome),* }
            }

            /// The code of a word; `None` for what another version of durably, or an application, says.
            pub(crate) fn read(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$code),)* _ => None }
            }
        }
    };
}

codes! {
    AlreadyCreated "already_created" 409 false NotDone,
    ArgumentsTooLarge "arguments_too_large" 413 false NotDone,
    BadArguments "bad_arguments" 422 false NotDone,
    BadId "bad_id" 404 false NotDone,
    BadIdempotencyKey "bad_idempotency_key" 400 false NotDone,
    BadRequest "bad_request" 400 false NotDone,
    BodyTooLarge "body_too_large" 413 false NotDone,
    Config "config" 503 true NotDone,
    ConfigUnavailable "config_unavailable" 503 true Unknown,
    Damaged "damaged" 500 false NotDone,
    DeadlineExceeded "deadline_exceeded" 504 true NotDone,
    Detached "detached" 500 false NotDone,
    ErrorTooLarge "error_too_large" 413 false Unknown,
    Forbidden "forbidden" 403 false NotDone,
    IdempotencyMismatch "idempotency_mismatch" 422 false NotDone,
    InProgress "in_progress" 409 true Unknown,
    IsolateReset "isolate_reset" 503 true Unknown,
    Missing "missing_binding" 500 false NotDone,
    NewerClient "newer_client" 400 false NotDone,
    NoCaller "no_caller" 500 false NotDone,
    NoTransaction "no_transaction" 500 false NotDone,
    NotCreated "not_created" 404 false NotDone,
    NotFound "not_found" 404 false NotDone,
    Panicked "panicked" 500 false Unknown,
    Platform "platform" 500 false Unknown,
    Reentrant "reentrant" 500 false NotDone,
    ReplyTooLarge "reply_too_large" 413 false NotDone,
    ShapeMismatch "shape_mismatch" 500 false NotDone,
    Sql "sql" 500 false NotDone,
    TimedOut "timed_out" 504 true Unknown,
    TooLarge "too_large" 413 false NotDone,
    Unauthorized "unauthorized" 401 false NotDone,
    Unavailable "unavailable" 503 true NotDone,
    UnknownMethod "unknown_method" 400 false NotDone,
    Unreachable "unreachable" 503 true Unknown,
    Unreadable "unreadable" 500 false NotDone,
    Unstorable "unstorable" 422 false NotDone,
    WrongCollection "wrong_collection" 500 false NotDone,
}
