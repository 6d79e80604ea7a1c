//! Calls: from the entry module to the handler and back, and from a typed client to another object.

mod args;
mod client;
mod dispatch;
mod envelope;
mod handler;
mod idempotency;
mod instance;
mod method;
mod service;
mod size;

pub use args::{Args, Signature};
pub(crate) use args::{HttpArgs, Source};
pub(crate) use client::send;
pub use client::{CallArguments, Stub};
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use envelope::{Arrived, write_reply};
pub(crate) use envelope::{Envelope, Sent, read_reply};
pub use handler::{CreateReturn, HandlerReturn};
#[cfg(all(feature = "host", not(target_arch = "wasm32")))]
pub(crate) use idempotency::Key;
pub(crate) use idempotency::check as check_key;
pub use instance::Object;
pub use method::Method;
pub use service::{Call, Reply, Service};
#[cfg(all(feature = "host", not(target_arch = "wasm32")))]
pub(crate) use size::Form;
