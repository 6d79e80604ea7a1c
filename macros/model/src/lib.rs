//! One description of annotated code, with two readers: the macros lower it to Rust, `durably-build` lowers it to
//! files. Data flows one way: tokens → declaration → check → model → lowering. Nothing after this crate looks at a
//! `syn::Attribute`, and only a checked model can emit anything.
//!
//! | folder | what is there |
//! |---|---|
//! | `syntax/` | what tokens say: attribute arguments, literals, messages, types, routes |
//! | `check/` | the rules, a file a kind |
//! | `item/` | the checked models, a file each, with their typed places and their hash |
//! | [`contract`] | facts that the runtime shares |

mod check;
mod errors;
mod item;
mod pipeline;
mod syntax;

pub use durably_contract as contract;

pub use check::names::{CLIENT_METHODS, RESERVED_METHODS, js_global, js_reserved};
pub use check::overlap::Overlap;
use errors::Errors;
pub use item::config::{Bound, Config, ConfigField, Source};
pub use item::durable::{Durable, DurableBody, DurableField, Fields, Variant};
pub use item::error::{DurableError, ErrorVariant, MessagePart};
pub use item::keys;
pub use item::places::{Place, Role, TypedPlace};
pub use item::route::{Http, HttpMethod, PathSegment, Route};
pub use item::rpc::{Arg, Authorize, Method, MethodKind, Output, Passing, Rpc};
pub use item::state::{Field, FieldKind, Initial, State};
pub use pipeline::{Annotation, Model};
pub use syntax::bare;
pub use syntax::strip::strip;
