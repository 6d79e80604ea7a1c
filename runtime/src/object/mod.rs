//! A Durable Object: from the entry module's call to the handler and back.

pub(crate) mod args;
pub(crate) mod call;
pub(crate) mod cx;
pub(crate) mod envelope;
pub(crate) mod handle;
pub(crate) mod host;
pub(crate) mod idempotency;
pub(crate) mod instance;
mod outcome;
mod savepoint;
pub(crate) mod size;
mod slot;
pub(crate) mod state;
mod timer;
pub(crate) mod turn;

pub use args::{Args, Signature};
pub use call::{Call, Reply};
pub use instance::Object;
pub use outcome::{CreateOutcome, Outcome};
pub use state::{Method, Service, State, Visit};
