//! What a type can be: a column, a key, text in a query, nothing. Built-in types have a row in the [table](crate::builtin),
//! all others follow from what they are made of.

use crate::Kind;

/// What a type can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, the columns of a table")]
pub struct Capabilities {
    /// Its column.
    pub kind: Kind,
    /// The column may be NULL.
    pub nullable: bool,
    /// One of its values is `null` in JSON.
    pub null: bool,
    /// Different values have different texts, from which they can be read again: a key of a `Map` or of a JSON object.
    pub key: bool,
    /// It can be given as text: in a path, a query or a variable.
    pub text: bool,
    /// It has a value before anything was stored.
    pub initial: bool,
    /// It is never stored or sent.
    pub secret: bool,
}

/// Why a type cannot stand where it stands; begins with "this type".
pub type Refusal = &'static str;

/// A column of JSON text, and nothing else.
pub(crate) const JSON: Capabilities = Capabilities {
    kind: Kind::Json,
    nullable: false,
    null: false,
    key: false,
    text: false,
    initial: false,
    secret: false,
};
/// One word of text or one number.
pub(crate) const fn scalar(kind: Kind) -> Capabilities {
    Capabilities { kind, key: true, text: true, ..JSON }
}
/// With a value before anything was stored.
pub(crate) const fn initial(of: Capabilities) -> Capabilities {
    Capabilities { initial: true, ..of }
}

/// A struct with named fields.
pub const STRUCT: Capabilities = JSON;
/// `struct T(A, B)`, and tuples.
pub const TUPLE: Capabilities = JSON;
/// An enum of which some variant carries data.
pub const ENUM: Capabilities = JSON;
/// An enum without data: the name of the variant.
pub const UNIT_ENUM: Capabilities = scalar(Kind::Text);
/// `struct T;`.
pub const UNIT: Capabilities = Capabilities { null: true, ..JSON };
/// `BTreeMap` and `HashMap`.
pub const MAP: Capabilities = initial(JSON);
/// `Secret<T>`.
pub const SECRET: Capabilities = Capabilities { secret: true, ..JSON };

/// `struct T(A)`: as `A`, but it has no initial value of its own accord.
pub const fn newtype(inner: Capabilities) -> Capabilities {
    Capabilities { initial: false, ..inner }
}

/// `#[durable(default)]` on a type.
pub const fn with_default(of: Capabilities) -> Capabilities {
    initial(of)
}

/// `Option<T>`.
pub const fn option(inner: Capabilities) -> Capabilities {
    Capabilities { nullable: true, null: true, key: false, initial: true, ..inner }
}

/// `Box<T>`: a column of JSON whatever it holds.
pub const fn boxed(inner: Capabilities) -> Capabilities {
    Capabilities { null: inner.null, secret: inner.secret, ..JSON }
}

/// `Vec<T>`; of `u8`, bytes.
pub const fn list(byte: bool) -> Capabilities {
    initial(array(byte))
}

/// `[T; N]`; of `u8`, bytes.
pub const fn array(byte: bool) -> Capabilities {
    if byte { scalar(Kind::Blob) } else { JSON }
}

/// Why `Option<T>` cannot be.
pub const fn refuse_option(inner: Capabilities) -> Option<Refusal> {
    if inner.null {
        return Some(
            "this type can be `null` already, so in an `Option` `None` and `Some` could not be told apart: write an enum \
             that names the cases",
        );
    }
    None
}

/// Why a `Map`, a `BTreeMap` or a `HashMap` cannot have the key.
pub const fn refuse_key(key: Capabilities) -> Option<Refusal> {
    if key.key {
        return None;
    }
    Some(
        "this type cannot be a key: use `String`, an integer, `bool`, `Timestamp`, `Uuid`, `Seq`, bytes, an enum without \
         data, or a newtype of one of them",
    )
}

/// Why a type cannot stand inside of another, or be stored or passed by itself.
pub const fn refuse_value(of: Capabilities) -> Option<Refusal> {
    if of.secret {
        return Some(
            "this type holds a `Secret`, which is neither stored nor sent: it stands in a field of a `#[kv_config]`",
        );
    }
    None
}

/// Why a path or a query cannot give the type.
pub const fn refuse_text(of: Capabilities) -> Option<Refusal> {
    if of.text {
        return None;
    }
    Some(
        "this type cannot be given in a path or a query, where everything is text: use text, a number, `bool`, `Timestamp`, \
         `Uuid`, `Seq`, `Limit`, bytes, an enum without data, or an `Option` of one of them",
    )
}

/// The first of two refusals.
pub const fn first(one: Option<Refusal>, other: Option<Refusal>) -> Option<Refusal> {
    if one.is_some() { one } else { other }
}

pub(crate) const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut i = 0;
    while i < one.len() {
        if one[i] != other[i] {
            return false;
        }
        i += 1;
    }
    true
}
