#![doc = include_str!("../guide.md")]
#![allow(
    clippy::needless_doctest_main,
    clippy::test_attr_in_doctest,
    reason = "examples are not doctests: `tests/docs` compiles them as applications and runs their tests"
)]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod call;
mod codec;
mod collection;
mod config;
mod domain;
#[cfg(not(target_arch = "wasm32"))]
#[doc(hidden)]
pub mod doors;
mod error;
#[cfg(all(feature = "host", not(target_arch = "wasm32")))]
#[doc(hidden)]
pub mod host;
mod http;
mod limits;
mod object;
#[doc(hidden)]
pub mod planted;
mod platform;
pub mod prelude;
mod storage;
mod value;

pub use codec::Durable;
pub use collection::{Log, Map, Page};
pub use config::Config;
pub use domain::{Authorized, DurableError, Failure, NoError, Result};
pub use durably_macros::{
    Durable, DurableError, bindings, durable_route, durable_rpc, durable_state, event, kv_config,
};
pub use error::{Error, FieldError, Lost, Outcome, Refusal};
pub use http::{HttpCaller, RouteCx, serve};
pub use object::{Cx, Handle};
pub use platform::Env;
pub use value::{Limit, MergePatch, Secret, Seq, Timestamp, Uuid};
pub use worker;
