//! The application's errors, and how calls fail: typed in a handler and at its caller, encoded in between.

mod call_failure;
mod durable_error;
mod failure;
mod received;

pub use call_failure::CallFailure;
pub(crate) use call_failure::{Cause, encode_fields};
pub use durable_error::{DurableError, NoError};
pub use failure::{Authorized, Failure, Result};
pub(crate) use received::ReceivedError;
