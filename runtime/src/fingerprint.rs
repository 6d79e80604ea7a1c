//! The hash by which the macros' output and the build script's agree.

pub use durably_contract::decl::{builtin, item_at as item};
