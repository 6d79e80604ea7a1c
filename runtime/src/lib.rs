//! Annotate a Rust struct and it is a Cloudflare Durable Object: stored, callable, migratable, bound and deployable.
//!
//! ```ignore
//! use durably::prelude::*;
//!
//! #[durable_state]
//! pub struct Counter { count: i64 }
//!
//! #[durable_rpc]
//! impl Counter {
//!     pub fn increment(&mut self) -> i64 { self.count += 1; self.count }
//! }
//! ```
//!
//! The crate needs a build script, `fn main() { durably_build::generate() }`, and `durably::bindings!();` in `src/lib.rs`.

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod client;
mod codec;
mod collection;
mod config;
#[cfg(not(target_arch = "wasm32"))]
#[doc(hidden)]
pub mod doors;
mod env;
mod error;
mod fail;
mod failure;
mod fingerprint;
#[cfg(all(feature = "host", not(target_arch = "wasm32")))]
#[doc(hidden)]
pub mod host;
mod http;
mod js;
mod object;
mod outcome;
#[doc(hidden)]
pub mod planted;
pub mod prelude;
mod storage;
mod types;

use __private as private;

pub use codec::Durable;
pub use collection::{Log, Map, Page};
pub use config::Config;
pub use durably_macros::{
    Durable, DurableError, bindings, durable_route, durable_rpc, durable_state, event, kv_config,
};
pub use env::Env;
pub use error::{Error, FieldError, Refusal};
pub use failure::{DurableError, Failure, NoError, Result};
pub use http::{HttpCaller, RouteCx, serve};
pub use object::cx::Cx;
pub use object::handle::Handle;
pub use outcome::{Lost, Outcome};
pub use types::{Limit, MergePatch, Secret, Seq, Timestamp, Uuid};
pub use worker;
