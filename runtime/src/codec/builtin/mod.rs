//! The built-in types.

mod containers;
mod numbers;
mod text;

pub(crate) use numbers::{integer_from_sql, plain};

use base64::engine::general_purpose::STANDARD as BASE64;

use super::Declared;
use crate::fingerprint::builtin;

macro_rules! declared {
    ($($ty:ty = $name:literal),* $(,)?) => { $(impl Declared for $ty { const DECL: u64 = builtin($name, &[]); })* };
}
declared!(
    bool = "bool",
    i8 = "i8",
    i16 = "i16",
    i32 = "i32",
    i64 = "i64",
    u8 = "u8",
    u16 = "u16",
    u32 = "u32",
    u64 = "u64",
    f32 = "f32",
    f64 = "f64",
    String = "String",
    () = "()"
);
