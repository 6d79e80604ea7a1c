//! Resolved types.

use durably_contract::decl;

/// What a type in the source stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ty {
    /// An annotated item: its place in the scan's list.
    Item(usize),
    /// A type that durably knows, with its arguments. `#[durable(json)]` makes any type `Json`.
    Builtin(&'static str, Vec<Ty>),
    Array(Box<Ty>, u64),
    /// Not resolved; a fault says so, or rustc will.
    Unknown,
}

impl Ty {
    pub(crate) const UNIT: Self = Self::Builtin("()", Vec::new());
    pub(crate) const JSON: Self = Self::Builtin("Json", Vec::new());

    /// The type's DECL, given those of the items.
    pub(crate) fn decl(&self, items: &[u64]) -> u64 {
        match self {
            Self::Item(place) => items.get(*place).copied().unwrap_or_default(),
            Self::Builtin(name, arguments) => {
                let arguments: Vec<u64> = arguments.iter().map(|argument| argument.decl(items)).collect();
                decl::builtin(name, &arguments)
            }
            Self::Array(element, length) => decl::builtin("array", &[element.decl(items), *length]),
            Self::Unknown => 0,
        }
    }

    /// `Vec<u8>` or `[u8; N]`, which cross as bytes.
    pub(crate) fn is_bytes(&self) -> bool {
        let is_byte = |ty: &Self| matches!(ty, Self::Builtin("u8", _));
        match self {
            Self::Builtin("Vec", arguments) => arguments.iter().all(is_byte),
            Self::Array(element, _) => is_byte(element),
            _ => false,
        }
    }
}
