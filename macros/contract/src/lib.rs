//! What durably's macros, build script and runtime have to agree on. Each fact is written here once, as constants and
//! `const fn`s: rustc evaluates them for the types that it resolved, the build script for those that it did.

mod capabilities;
mod kind;

pub use capabilities::*;
pub use kind::Kind;

/// How deep the lists and objects of one value may stand in one another. `serde_json` reads 127 levels; the difference is
/// for what durably puts around a value on its way: an envelope, a list of arguments, a reply.
pub const MAX_DEPTH: usize = 120;
