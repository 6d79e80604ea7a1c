//! The seam between the runtime and its place: all that names JS, and the database of the host. What stands on it knows
//! neither.

mod clock;
mod console;
mod db;
mod env;
mod errors;
mod futures;
pub(crate) mod js;
mod kv;
mod peer;
mod random;
#[cfg(all(feature = "host", not(target_arch = "wasm32")))]
pub(crate) mod rusqlite;
mod timer;
pub(crate) mod turn;
mod workerd;

pub(crate) use clock::{millis, now};
pub(crate) use console::complain;
pub(crate) use db::Db;
pub use env::Env;
pub(crate) use env::Variable;
pub(crate) use errors::error_text;
pub use futures::LocalFuture;
pub(crate) use kv::Kv;
pub(crate) use peer::Peer;
pub(crate) use random::random;
pub(crate) use timer::ended_by;
pub(crate) use workerd::Workerd;
