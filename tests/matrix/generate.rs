//! Writes a crate with every chosen type, and the values that are tried.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt::Write as _;

use crate::grammar::{Body, Type};

/// Which types a crate has.
#[derive(Debug)]
pub(crate) struct Choice {
    /// Those that have to come back.
    pub(crate) accepted: Vec<Type>,
    /// Those that have to be refused: what is inside is accepted.
    pub(crate) refused: Vec<Type>,
}

impl Choice {
    /// All types of up to two levels, and `third` of those of three.
    pub(crate) fn new(seed: u64, third: usize) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let (mut accepted, mut refused) = (Type::leaves(), Vec::new());
        let second = split(accepted.iter().flat_map(Type::around), &mut refused);
        let mut deep = split(second.iter().flat_map(Type::around), &mut refused);
        random.shuffle(&mut deep);
        deep.truncate(third);
        accepted.extend(second);
        accepted.extend(deep);
        random.shuffle(&mut refused);
        Self { accepted, refused }
    }
}

fn split(types: impl Iterator<Item = Type>, refused: &mut Vec<Type>) -> Vec<Type> {
    let (no, yes): (Vec<Type>, Vec<Type>) = types.partition(|ty| ty.refused().is_some());
    refused.extend(no);
    yes
}

/// The items of a crate, each written once.
#[derive(Debug, Default)]
pub(crate) struct Items {
    names: HashMap<(Body, Type), String>,
    text: String,
}

const HEAD: &str = "\
#![allow(dead_code, clippy::all, clippy::pedantic)]
use std::collections::{BTreeMap, HashMap};

use durably::prelude::*;

";

/// The items that hold nothing.
pub(crate) const BARE_ITEMS: &str = "\
#[derive(Durable, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitEnum { First, SecondOne }
#[derive(Durable, PartialEq)]
pub struct UnitStruct;
#[derive(Durable, PartialEq)]
pub struct EmptyStruct {}
";

pub(crate) const SAMPLES: &str = "
impl durably_matrix::Sample for UnitEnum {
    fn samples() -> Vec<Self> { vec![Self::First, Self::SecondOne] }
    fn same(&self, other: &Self) -> bool { self == other }
}
impl durably_matrix::Sample for UnitStruct {
    fn samples() -> Vec<Self> { vec![Self] }
    fn same(&self, _: &Self) -> bool { true }
}
impl durably_matrix::Sample for EmptyStruct {
    fn samples() -> Vec<Self> { vec![Self {}] }
    fn same(&self, _: &Self) -> bool { true }
}
";

impl Items {
    /// The type as Rust; its items are written before it.
    pub(crate) fn rust(&mut self, ty: &Type) -> String {
        ty.rust(&mut |body, inner| self.item(body, inner))
    }

    /// The items that were named so far.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    fn item(&mut self, body: Body, inner: &Type) -> String {
        if let Some(name) = self.names.get(&(body, inner.clone())) {
            return name.clone();
        }
        let ty = self.rust(inner);
        let name = format!("{body:?}{}", self.names.len());
        self.names.insert((body, inner.clone()), name.clone());
        let key = body == Body::Newtype && inner.can().key;
        let derives = if key { ", PartialEq, Eq, PartialOrd, Ord, Hash" } else { "" };
        let (shape, samples, same) = match body {
            Body::Newtype => (format!("struct {name}(pub {ty});"), "Self(one)", "self.0.same(&other.0)"),
            Body::Struct => (
                format!("struct {name} {{ pub a: {ty}, pub b: u8 }}"),
                "Self { a: one, b: 7 }",
                "self.a.same(&other.a) && self.b == other.b",
            ),
            Body::Tuple => (
                format!("struct {name}(pub {ty}, pub bool);"),
                "Self(one, true)",
                "self.0.same(&other.0) && self.1 == other.1",
            ),
            Body::Enum => (
                format!("enum {name} {{ Nothing, One({ty}), Two({ty}, u8), Named {{ a: {ty} }} }}"),
                "Self::One(one)",
                "match (self, other) { (Self::Nothing, Self::Nothing) => true, (Self::One(a), Self::One(b)) => a.same(b), \
                 (Self::Two(a, n), Self::Two(b, m)) => a.same(b) && n == m, \
                 (Self::Named { a }, Self::Named { a: b }) => a.same(b), _ => false }",
            ),
        };
        let samples = if body == Body::Enum {
            let of =
                |what: &str| format!("<{ty} as durably_matrix::Sample>::samples().into_iter().take(3).map({what})");
            format!(
                "std::iter::once(Self::Nothing).chain({}).chain({}).chain({}).collect()",
                of("Self::One"),
                of("|one| Self::Two(one, 9)"),
                of("|a| Self::Named { a }"),
            )
        } else {
            format!("<{ty} as durably_matrix::Sample>::samples().into_iter().map(|one| {samples}).collect()")
        };
        let _ = write!(
            self.text,
            "#[derive(Durable{derives})]\npub {shape}\nimpl durably_matrix::Sample for {name} {{\n    \
             fn samples() -> Vec<Self> {{ {samples} }}\n    fn same(&self, other: &Self) -> bool {{ {same} }}\n}}\n"
        ); // writing to a String cannot fail
        name
    }
}

/// A library that tries every accepted type at every place.
pub(crate) fn accepted(types: &[Type]) -> String {
    let mut items = Items::default();
    let mut checks = String::new();
    let (mut errors, mut parts) = (String::new(), Vec::new());
    for (place, ty) in types.iter().enumerate() {
        let rust = items.rust(ty);
        let _ = writeln!(checks, "    matrix.check::<{rust}>({rust:?});");
        if place % 5 == 0 {
            let _ = write!(
                errors,
                "#[derive(DurableError)]\npub enum Error{place} {{\n    #[error(status = 409, \"one\")]\n    One(#[allow(unused)] {rust}),\n    \
                 #[error(status = 422, \"named\")]\n    Named {{ value: {rust}, more: u8 }},\n}}\n\
                 impl durably_matrix::PartialEqBits for Error{place} {{\n    fn same_bits(&self, other: &Self) -> bool {{\n        \
                 match (self, other) {{ (Self::One(a), Self::One(b)) => a.same(b), \
                 (Self::Named {{ value: a, more: n }}, Self::Named {{ value: b, more: m }}) => a.same(b) && n == m, _ => false }}\n    }}\n}}\n"
            );
            let samples = format!("<{rust} as durably_matrix::Sample>::samples().into_iter()");
            let _ = writeln!(
                checks,
                "    matrix.error::<Error{place}>({rust:?}, || {samples}.map(Error{place}::One).chain({samples}.map(|value| \
                 Error{place}::Named {{ value, more: 3 }})).collect());"
            );
        }
        // One function for all would be slow to compile.
        if place % 40 == 39 || place + 1 == types.len() {
            let function = format!("part{}", parts.len());
            let _ = write!(errors, "fn {function}(matrix: &mut durably_matrix::Matrix) {{\n{checks}}}\n");
            checks.clear();
            parts.push(function);
        }
    }
    let calls = parts.iter().fold(String::new(), |mut calls, part| {
        let _ = writeln!(calls, "    {part}(&mut matrix);");
        calls
    });
    format!(
        "{HEAD}{BARE_ITEMS}use durably_matrix::Sample as _;\n{SAMPLES}{}{errors}\
         pub fn run() -> std::result::Result<String, String> {{\n    let mut matrix = durably_matrix::Matrix::new().map_err(|error| error.to_string())?;\n\
         {calls}    matrix.finish()\n}}\n\ndurably::bindings!();\n",
        items.text
    )
}

/// A library in which every type stands where it is refused, each in a struct of its own; the lines of those types.
pub(crate) fn refused(types: &[Type]) -> (String, BTreeSet<usize>) {
    let mut items = Items::default();
    let mut structs = Vec::new();
    let mut seen = HashSet::new();
    for ty in types {
        let rust = items.rust(ty);
        if seen.insert(rust.clone()) {
            structs.push(rust);
        }
    }
    // Keys are compared by rustc too, which wants them to be `Ord`: of a newtype that is not it says so beside durably.
    let derived = items.text.lines().filter(|line| line.starts_with("#[derive") || line.starts_with("pub "));
    let mut text = format!("{HEAD}{BARE_ITEMS}{}\n", derived.collect::<Vec<_>>().join("\n"));
    let mut lines = BTreeSet::new();
    for (n, rust) in structs.iter().enumerate() {
        let _ = writeln!(text, "#[derive(Durable)]\npub struct Refused{n} {{\n    field: {rust},\n}}");
        lines.insert(text.lines().count() - 1);
    }
    (format!("{text}\ndurably::bindings!();\n"), lines)
}
