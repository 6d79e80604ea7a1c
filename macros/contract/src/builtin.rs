//! The table of the types that durably knows by itself: what each can be, where it comes from, which numbers it holds.

use crate::capabilities::{self, Capabilities, JSON, initial, scalar};
use crate::{Kind, limits};

/// A built-in type.
#[derive(Debug, Clone, Copy)]
pub struct Builtin {
    /// Its name in `docs/formats.md`.
    pub name: &'static str,
    /// How many types stand in its `<>`.
    pub arguments: usize,
    /// Where its name comes from.
    pub home: Home,
    /// What it can be. `None` where that follows from its arguments, or where it is not a value: `Log`, `Map`, `NoError`.
    pub can: Option<Capabilities>,
    /// The whole numbers that it holds, if it holds such.
    pub integers: Option<Integers>,
}

/// Where a name comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// The language: `u8`.
    Language,
    /// The standard library, which brings it everywhere: `String`.
    StdPrelude,
    /// The standard library: `BTreeMap` has to be imported.
    Std,
    /// durably, and its prelude.
    Durably,
    /// It has no name of its own: `()`, and what `#[durable(json)]` makes of a type.
    Nameless,
}

/// The least and the greatest of a type's whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Integers {
    /// The least.
    pub min: i128,
    /// The greatest.
    pub max: i128,
}

impl Integers {
    /// Whether the type holds this number.
    pub const fn contains(self, number: i128) -> bool {
        self.min <= number && number <= self.max
    }
}

const fn plain(name: &'static str, home: Home, can: Capabilities) -> Builtin {
    Builtin { name, arguments: 0, home, can: Some(can), integers: None }
}

/// A type whose capabilities follow from its arguments, or that is not a value.
const fn made_of(name: &'static str, arguments: usize, home: Home) -> Builtin {
    Builtin { name, arguments, home, can: None, integers: None }
}

const fn signed(name: &'static str, kind: Kind, min: i64, max: i64) -> Builtin {
    let integers = Some(Integers { min: min as i128, max: max as i128 });
    Builtin { integers, ..plain(name, Home::Language, initial(scalar(kind))) }
}

const fn unsigned(name: &'static str, kind: Kind, max: u64) -> Builtin {
    let integers = Some(Integers { min: 0, max: max as i128 });
    Builtin { integers, ..plain(name, Home::Language, initial(scalar(kind))) }
}

/// A float is not a key: `0.0` and `-0.0` are two values, and equal.
const fn float(name: &'static str) -> Builtin {
    plain(name, Home::Language, initial(Capabilities { key: false, ..scalar(Kind::Real) }))
}

/// A number of durably's own, which has no value before anything was stored.
const fn numbered(name: &'static str, min: i128, max: i128) -> Builtin {
    Builtin { integers: Some(Integers { min, max }), ..plain(name, Home::Durably, scalar(Kind::Integer)) }
}

/// Every built-in type.
pub const BUILTINS: &[Builtin] = &[
    plain("bool", Home::Language, initial(scalar(Kind::Integer))),
    signed("i8", Kind::Integer, i8::MIN as i64, i8::MAX as i64),
    signed("i16", Kind::Integer, i16::MIN as i64, i16::MAX as i64),
    signed("i32", Kind::Integer, i32::MIN as i64, i32::MAX as i64),
    signed("i64", Kind::Wide, i64::MIN, i64::MAX),
    unsigned("u8", Kind::Integer, u8::MAX as u64),
    unsigned("u16", Kind::Integer, u16::MAX as u64),
    unsigned("u32", Kind::Integer, u32::MAX as u64),
    // SQLite has no unsigned 64 bits: 20 digits of text.
    unsigned("u64", Kind::Text, u64::MAX),
    float("f32"),
    float("f64"),
    plain("String", Home::StdPrelude, initial(scalar(Kind::Text))),
    made_of("Box", 1, Home::StdPrelude),
    made_of("Option", 1, Home::StdPrelude),
    made_of("Vec", 1, Home::StdPrelude),
    made_of("BTreeMap", 2, Home::Std),
    made_of("HashMap", 2, Home::Std),
    numbered("Limit", 1, limits::PAGE_MAX_ITEMS as i128),
    made_of("Log", 1, Home::Durably),
    made_of("Map", 2, Home::Durably),
    plain("MergePatch", Home::Durably, JSON),
    made_of("NoError", 0, Home::Durably),
    made_of("Secret", 1, Home::Durably),
    // `0` is before the first place.
    numbered("Seq", 0, limits::JS_MAX_SAFE_INTEGER as i128),
    plain("Timestamp", Home::Durably, scalar(Kind::Integer)),
    plain("Uuid", Home::Durably, scalar(Kind::Text)),
    plain("()", Home::Nameless, initial(Capabilities { null: true, ..JSON })),
    // `#[durable(json)]`: through serde, opaque.
    plain("Json", Home::Nameless, Capabilities { null: true, ..JSON }),
];

/// The row of a name.
pub const fn find(name: &str) -> Option<&'static Builtin> {
    let mut i = 0;
    while i < BUILTINS.len() {
        if capabilities::same(BUILTINS[i].name, name) {
            return Some(&BUILTINS[i]);
        }
        i += 1;
    }
    None
}

/// The whole numbers of a type, if it holds such.
pub const fn integers(name: &str) -> Option<Integers> {
    match find(name) {
        Some(builtin) => builtin.integers,
        None => None,
    }
}

/// Whether a type is a float.
pub const fn is_float(name: &str) -> bool {
    matches!(find(name), Some(Builtin { can: Some(Capabilities { kind: Kind::Real, .. }), .. }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_stands_once() {
        let mut names: Vec<&str> = BUILTINS.iter().map(|builtin| builtin.name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn numbers_end_where_their_types_do() {
        assert_eq!(integers("u64").map(|range| range.max), Some(u64::MAX.into()));
        assert_eq!(integers("i8").map(|range| range.min), Some(i8::MIN.into()));
        assert!(
            integers("Limit").is_some_and(|range| range.contains(200) && !range.contains(0) && !range.contains(201))
        );
        assert_eq!(integers("String"), None);
        assert!(is_float("f32") && !is_float("u8") && !is_float("Real"));
    }
}
