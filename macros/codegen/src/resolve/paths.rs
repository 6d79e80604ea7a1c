//! The paths under which the types that durably knows by itself can be named.

use durably_contract::{Home, builtin};

/// Names that `use durably::prelude::*` brings: with the macros and traits it is the one glob that the scan reads.
pub(crate) fn of_durably_prelude(name: &str) -> Option<&'static str> {
    in_home(name, &[Home::Durably])
}

/// Names that are there without an import.
pub(crate) fn of_language(name: &str) -> Option<&'static str> {
    in_home(name, &[Home::Language, Home::StdPrelude])
}

/// A path into another crate.
pub(crate) fn of_crate(path: &[String]) -> Option<&'static str> {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["durably", name] | ["durably", "prelude", name] => in_home(name, &[Home::Durably]),
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
        | ["collections", "hash_map", "HashMap"] => in_home(path.last()?, &[Home::Std, Home::StdPrelude]),
        ["primitive", name] => in_home(name, &[Home::Language]),
        _ => None,
    }
}

/// How many arguments a built-in takes.
pub(crate) fn arity(name: &str) -> usize {
    builtin::find(name).map_or(0, |builtin| builtin.arguments)
}

fn in_home(name: &str, homes: &[Home]) -> Option<&'static str> {
    builtin::find(name).filter(|builtin| homes.contains(&builtin.home)).map(|builtin| builtin.name)
}
