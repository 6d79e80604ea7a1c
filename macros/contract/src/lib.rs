//! What durably's macros, build script, command line and runtime have to agree on. Each fact is written here once, as
//! constants and `const fn`s: rustc evaluates them for the types that it resolved, the build script for those that it did.
//!
//! | module | its facts |
//! |---|---|
//! | [`builtin`] | the built-in types: column, key, text, arguments, range of values |
//! | [`capabilities`] | what a type made of others can be, and why it is refused |
//! | [`columns`] | durably's own tables and columns, and the hash of a stored shape |
//! | [`decl`] | the hash by which the macros and the build script recognise the same type |
//! | [`fnv`] | the hash function under both |
//! | [`kind`] | the kinds of columns |
//! | [`limits`] | limits, the platform's and ours |
//! | [`names`] | names that are derived from other names |
//! | [`paths`] | where the generated files are |
//! | `files` | the content of those that are read again, and how files are written (feature `files`) |

pub mod builtin;
pub mod capabilities;
pub mod columns;
pub mod decl;
#[cfg(feature = "files")]
pub mod files;
pub mod fnv;
pub mod kind;
pub mod limits;
pub mod names;
pub mod paths;

pub use builtin::{Builtin, Home, Integers};
pub use capabilities::{
    Capabilities, ENUM, MAP, Refusal, SECRET, STRUCT, TUPLE, UNIT, UNIT_ENUM, array, boxed, first, list, newtype,
    option, refuse_key, refuse_option, refuse_text, refuse_value, with_default,
};
pub use fnv::Fnv;
pub use kind::Kind;

/// What a built-in type without arguments can be, for the runtime's constants.
///
/// # Panics
/// For a name that is not in the table; in a constant it does not compile.
#[expect(clippy::panic, reason = "evaluated by rustc")]
pub const fn builtin(name: &str) -> Capabilities {
    match capabilities_of(name) {
        Some(capabilities) => capabilities,
        None => panic!("a built-in type without a row in the table"),
    }
}

/// What a built-in type without arguments can be; `None` for a name that has no value, or is not in the table.
pub const fn capabilities_of(name: &str) -> Option<Capabilities> {
    match builtin::find(name) {
        Some(builtin) => builtin.can,
        None => None,
    }
}
