//! One description of annotated code, with two readers: the macros lower it to Rust, `durably-build` lowers it to
//! files. Data flows one way: tokens → declaration → check → model → lowering. Nothing after this crate looks at a
//! `syn::Attribute`, and only a checked model can emit anything.

mod attr;
mod authorize;
mod bound;
mod canon;
mod config;
mod durable;
mod error;
mod errors;
mod http;
mod literal;
mod message;
mod method;
mod names;
mod overlap;
mod own;
mod route;
mod rpc;
mod shape;
mod signature;
mod state;
mod strip;
mod types;
mod words;

pub use durably_contract as contract;

pub use config::{Bound, Config, ConfigField, Source};
pub use durable::{Durable, DurableBody, DurableField, Fields, Variant};
pub use error::{DurableError, ErrorVariant, MessagePart};
pub use errors::Errors;
pub use names::{CLIENT_METHODS, RESERVED_METHODS, bare, js_global, js_reserved};
pub use overlap::Overlap;
pub use route::{Http, HttpMethod, PathSegment, Route};
pub use rpc::{Arg, Authorize, Method, MethodKind, Output, Passing, Rpc};
pub use state::{Default, Field, FieldKind, State};
pub use strip::strip;
