//! Types, composed of one another, and what the shared table says of each.

use durably_contract::{self as contract, Capabilities, Refusal};

/// A type as the generated crate writes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Type {
    /// A built-in type without arguments.
    Leaf(&'static str),
    /// Bytes: `Vec<u8>` or `[u8; 2]`.
    Bytes(&'static str),
    /// An item that holds nothing: its name, and what the table has for it.
    Bare(&'static str),
    /// A built-in type around another.
    Around(Wrapper, Box<Type>),
    /// An annotated item around another type.
    Item(Body, Box<Type>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Wrapper {
    Option,
    Vec,
    Box,
    Array,
    One,
    Two,
    BTreeValue,
    BTreeKey,
    HashValue,
    HashKey,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Body {
    Newtype,
    Struct,
    Tuple,
    Enum,
}

const LEAVES: &[&str] = &[
    "bool",
    "i8",
    "i16",
    "i32",
    "i64",
    "u8",
    "u16",
    "u32",
    "u64",
    "f32",
    "f64",
    "String",
    "()",
    "Timestamp",
    "Uuid",
    "Seq",
    "Limit",
];
const BARE: &[&str] = &["UnitEnum", "UnitStruct", "EmptyStruct"];

impl Wrapper {
    const ALL: [Self; 10] = [
        Self::Option,
        Self::Vec,
        Self::Box,
        Self::Array,
        Self::One,
        Self::Two,
        Self::BTreeValue,
        Self::BTreeKey,
        Self::HashValue,
        Self::HashKey,
    ];

    fn is_key(self) -> bool {
        matches!(self, Self::BTreeKey | Self::HashKey)
    }
}

impl Body {
    const ALL: [Self; 4] = [Self::Newtype, Self::Struct, Self::Tuple, Self::Enum];
}

impl Type {
    /// Those that are made of nothing.
    pub(crate) fn leaves() -> Vec<Self> {
        let builtin = LEAVES.iter().map(|name| Self::Leaf(name));
        let bytes = ["Vec<u8>", "[u8; 2]"].into_iter().map(Self::Bytes);
        builtin.chain(bytes).chain(BARE.iter().map(|name| Self::Bare(name))).collect()
    }

    /// Everything that can stand around this type, whether it may or not.
    pub(crate) fn around(&self) -> Vec<Self> {
        let wrapped = Wrapper::ALL.into_iter().map(|wrapper| Self::Around(wrapper, Box::new(self.clone())));
        let items = Body::ALL.into_iter().map(|body| Self::Item(body, Box::new(self.clone())));
        let bytes =
            |ty: &Self| matches!(ty, Self::Around(Wrapper::Vec | Wrapper::Array, inner) if **inner == Self::Leaf("u8"));
        wrapped.chain(items).filter(|ty| !bytes(ty)).collect()
    }

    /// What the table says that it can be.
    pub(crate) fn can(&self) -> Capabilities {
        match self {
            Self::Leaf(name) => contract::builtin(name),
            Self::Bytes("Vec<u8>") => contract::list(true),
            Self::Bytes(_) => contract::array(true),
            Self::Bare("UnitEnum") => contract::UNIT_ENUM,
            Self::Bare("UnitStruct") => contract::UNIT,
            Self::Bare(_) => contract::STRUCT,
            Self::Around(wrapper, inner) => match wrapper {
                Wrapper::Option => contract::option(inner.can()),
                Wrapper::Vec => contract::list(false),
                Wrapper::Box => contract::boxed(inner.can()),
                Wrapper::Array => contract::array(false),
                Wrapper::One | Wrapper::Two => contract::TUPLE,
                Wrapper::BTreeValue | Wrapper::BTreeKey | Wrapper::HashValue | Wrapper::HashKey => contract::MAP,
            },
            Self::Item(body, inner) => match body {
                Body::Newtype => contract::newtype(inner.can()),
                Body::Struct => contract::STRUCT,
                Body::Tuple => contract::TUPLE,
                Body::Enum => contract::ENUM,
            },
        }
    }

    /// Why the build refuses the outermost of it; what is inside is accepted.
    pub(crate) fn refused(&self) -> Option<Refusal> {
        match self {
            Self::Around(Wrapper::Option, inner) => contract::refuse_option(inner.can()),
            Self::Around(wrapper, inner) if wrapper.is_key() => contract::refuse_key(inner.can()),
            _ => None,
        }
    }

    /// As Rust, items by the names that `item` gives.
    pub(crate) fn rust(&self, item: &mut impl FnMut(Body, &Self) -> String) -> String {
        match self {
            Self::Leaf(name) | Self::Bytes(name) | Self::Bare(name) => (*name).to_owned(),
            Self::Item(body, inner) => item(*body, inner),
            Self::Around(wrapper, inner) => {
                let inner = inner.rust(item);
                match wrapper {
                    Wrapper::Option => format!("Option<{inner}>"),
                    Wrapper::Vec => format!("Vec<{inner}>"),
                    Wrapper::Box => format!("Box<{inner}>"),
                    Wrapper::Array => format!("[{inner}; 2]"),
                    Wrapper::One => format!("({inner},)"),
                    Wrapper::Two => format!("({inner}, u8)"),
                    Wrapper::BTreeValue => format!("BTreeMap<String, {inner}>"),
                    Wrapper::BTreeKey => format!("BTreeMap<{inner}, u8>"),
                    Wrapper::HashValue => format!("HashMap<u32, {inner}>"),
                    Wrapper::HashKey => format!("HashMap<{inner}, String>"),
                }
            }
        }
    }
}
