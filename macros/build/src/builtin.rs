//! The types that durably knows by itself, and the paths under which they can be named.

/// Built-in types by their names in `docs/formats.md`, with the number of their arguments.
const DURABLY: &[(&str, usize)] = &[
    ("Limit", 0),
    ("Log", 1),
    ("Map", 2),
    ("MergePatch", 0),
    ("NoError", 0),
    ("Secret", 1),
    ("Seq", 0),
    ("Timestamp", 0),
    ("Uuid", 0),
];

const STD: &[(&str, usize)] = &[("BTreeMap", 2), ("Box", 1), ("HashMap", 2), ("Option", 1), ("String", 0), ("Vec", 1)];

/// Those of [`STD`] that need no import.
const STD_PRELUDE: &[&str] = &["Box", "Option", "String", "Vec"];

const PRIMITIVES: &[&str] = &["bool", "f32", "f64", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"];

/// Names that `use durably::prelude::*` brings: with the macros and traits it is the one glob that the scan reads.
pub(crate) fn of_durably_prelude(name: &str) -> Option<&'static str> {
    find(DURABLY, name)
}

/// Names that are there without an import.
pub(crate) fn of_language(name: &str) -> Option<&'static str> {
    let list = STD_PRELUDE.iter().chain(PRIMITIVES);
    list.copied().find(|known| *known == name)
}

/// A path into another crate.
pub(crate) fn of_crate(path: &[String]) -> Option<&'static str> {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["durably", name] | ["durably", "prelude", name] => find(DURABLY, name),
        ["std" | "core" | "alloc", below @ ..] => of_std(below),
        _ => None,
    }
}

fn of_std(path: &[&str]) -> Option<&'static str> {
    match path {
        ["string", "String"]
        | ["vec", "Vec"]
        | ["option", "Option"]
        | ["boxed", "Box"]
        | ["collections", "BTreeMap" | "HashMap"]
        | ["collections", "btree_map", "BTreeMap"]
        | ["collections", "hash_map", "HashMap"] => find(STD, path.last()?),
        ["primitive", name] => PRIMITIVES.iter().copied().find(|known| known == name),
        _ => None,
    }
}

/// How many arguments a built-in takes.
pub(crate) fn arity(name: &str) -> usize {
    DURABLY.iter().chain(STD).find(|(known, _)| *known == name).map_or(0, |(_, arity)| *arity)
}

fn find(list: &[(&'static str, usize)], name: &str) -> Option<&'static str> {
    list.iter().map(|(known, _)| *known).find(|known| *known == name)
}
