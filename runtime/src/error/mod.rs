//! What durably itself can fail with. The words for failure, each with what it alone says:
//!
//! | word | says |
//! |---|---|
//! | [`Error`] | one of durably's own errors, with a code that is the same at every door |
//! | [`FieldError`] | which field of a value is wrong, and why: a part of an `Error` |
//! | [`Refusal`] | `authorize` does not let this caller in |
//! | [`Outcome`] | what became of the call that failed: not done, done, unknown |
//! | [`Lost`] | a call whose answer never came: the reason, and its `Outcome` |
//! | [`DurableError`](crate::DurableError) | the trait of the application's own errors |
//! | [`NoError`](crate::NoError) | the application's error of a method that has none |
//! | [`Failure<E>`](crate::Failure) | what a handler or a typed call fails with: the application's `E`, or an `Error` |
//! | `CallFailure` | a `Failure<E>` on its way out of an object: `E` is encoded, the `Outcome` decided |
//! | `ReceivedError` | a `CallFailure` as it came over the wire, before anybody knows its type |
//! | `Problem` | a `CallFailure` or a `ReceivedError` as the answer to an HTTP request (RFC 9457) |

mod code;
mod field;
mod outcome;
mod refusal;
mod variants;

pub(crate) use code::Code;
pub use field::FieldError;
pub(crate) use field::faults_text;
pub use outcome::{Lost, Outcome};
pub use refusal::Refusal;
pub use variants::Error;
