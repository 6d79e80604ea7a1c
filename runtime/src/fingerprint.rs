//! The hash by which the macros' output and the build script's agree.

pub(crate) use durably_contract::Fnv;
pub use durably_contract::decl::{builtin, item_at as item};
