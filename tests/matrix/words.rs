//! What the documents say of types, in a second form that knows nothing of the shared table: the table must refuse that much,
//! and no more.

use crate::grammar::{Body, Type, Wrapper};

/// "A key is `String`, an integer, `bool`, `Timestamp`, `Uuid`, `Seq`, `Limit`, bytes, an enum without data or a newtype of
/// one."
const KEYS: [&str; 14] =
    ["String", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "bool", "Timestamp", "Uuid", "Seq", "Limit"];

fn is_key(ty: &Type) -> bool {
    match ty {
        Type::Leaf(name) => KEYS.contains(name),
        Type::Bytes(_) => true,
        Type::Bare(name) => *name == "UnitEnum",
        Type::Item(Body::Newtype, inner) => is_key(inner),
        Type::Item(Body::Struct | Body::Tuple | Body::Enum, _) | Type::Around(..) => false,
    }
}

/// "What can be `null`: `()`, a unit struct, an `Option`, a box or newtype of one."
fn is_null(ty: &Type) -> bool {
    match ty {
        Type::Leaf(name) => *name == "()",
        Type::Bare(name) => *name == "UnitStruct",
        Type::Around(Wrapper::Option, _) => true,
        Type::Around(Wrapper::Box, inner) | Type::Item(Body::Newtype, inner) => is_null(inner),
        Type::Bytes(_) | Type::Around(..) | Type::Item(Body::Struct | Body::Tuple | Body::Enum, _) => false,
    }
}

fn must_be_refused(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::Around(Wrapper::Option, inner) if is_null(inner) => Some("this type can already be `null`"),
        Type::Around(Wrapper::BTreeKey | Wrapper::HashKey, inner) if !is_key(inner) => {
            Some("this type cannot be a key")
        }
        _ => None,
    }
}

#[test]
fn the_table_refuses_what_the_documents_say_and_no_more() {
    let levels = |types: &[Type]| types.iter().flat_map(Type::around).collect::<Vec<_>>();
    let leaves = Type::leaves();
    let second = levels(&leaves);
    let third = levels(&second);
    let (mut accepted, mut refused) = (0, 0);
    for ty in leaves.iter().chain(&second).chain(&third) {
        match (ty.refused(), must_be_refused(ty)) {
            (None, None) => accepted += 1,
            (Some(told), Some(why)) if told.starts_with(why) => refused += 1,
            (told, why) => panic!("{ty:?} is refused for {told:?}, and by the documents for {why:?}"),
        }
    }
    assert!(accepted > 3000 && refused > 500, "{accepted} accepted, {refused} refused");
}
