//! What can be said about a type from its tokens alone. The rest is said by the runtime's traits.

use syn::{GenericArgument, Path, PathArguments, PathSegment, Type};

use crate::{Errors, contract::limits::TUPLE_MAX_ELEMENTS};

/// Where a type stands, which decides what it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Position {
    /// A field of a state, of a Durable type or of a configuration.
    Field,
    /// A field marked `#[durable(json)]`: its type is serde's affair.
    JsonField,
    /// What a `Log` or a `Map` holds.
    Item,
    Argument,
    Result,
}

impl Position {
    fn noun(self) -> &'static str {
        match self {
            Self::Field | Self::JsonField => "a field",
            Self::Item => "an item of a collection",
            Self::Argument => "an argument",
            Self::Result => "a result",
        }
    }
}

/// A table of its own inside a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Collection {
    Log,
    Map,
}

impl Collection {
    /// The collection that a type names. `crate::game::Map` without arguments is a type of the user's.
    pub(crate) fn of(ty: &Type) -> Option<Self> {
        let path = as_path(ty)?;
        let last = path.segments.last()?;
        let kind = match last.ident.to_string().as_str() {
            "Log" => Self::Log,
            "Map" => Self::Map,
            _ => return None,
        };
        let ours = path.segments.len() == 1
            || path.segments.first().is_some_and(|first| first.ident == "durably")
            || !last.arguments.is_empty();
        ours.then_some(kind)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Log => "Log",
            Self::Map => "Map",
        }
    }
}

/// Reports everything in a type that can be neither stored nor sent.
pub(crate) fn check(errors: &mut Errors, ty: &Type, position: Position) {
    let noun = position.noun();
    match ty {
        Type::Group(inner) => check(errors, &inner.elem, position),
        Type::Paren(inner) => check(errors, &inner.elem, position),
        Type::Array(array) => check(errors, &array.elem, position),
        Type::Tuple(tuple) => {
            if tuple.elems.len() > TUPLE_MAX_ELEMENTS {
                errors.at(
                    ty,
                    format!(
                        "a tuple has at most {TUPLE_MAX_ELEMENTS} elements here: write a struct with names and \
                         derive(Durable)"
                    ),
                );
            }
            tuple.elems.iter().for_each(|element| check(errors, element, position));
        }
        Type::Path(path) if path.qself.is_some() => {
            errors.at(ty, "the build script resolves names, not traits: write the type that this stands for");
        }
        Type::Path(path) => check_path(errors, ty, &path.path, position),
        Type::Reference(_) | Type::Slice(_) => {
            errors.at(ty, format!("{noun} owns its value: write `{}`", owned(ty)));
        }
        Type::Ptr(_) => errors.at(ty, format!("{noun} can't be a pointer, which means nothing in another instance")),
        Type::FnPtr(_) => {
            errors.at(ty, format!("{noun} can't be a function: name the cases in an enum with derive(Durable)"));
        }
        Type::ImplTrait(_) => errors.at(ty, format!("{noun} has one type, known by name: write it in place of `impl`")),
        Type::TraitObject(_) => {
            errors.at(ty, format!("{noun} has one shape: write an enum of the cases with derive(Durable), not `dyn`"));
        }
        _ => errors.at(ty, format!("{noun} has a type that is written out: the build script does not infer or expand")),
    }
}

fn check_path(errors: &mut Errors, ty: &Type, path: &Path, position: Position) {
    if let Some(collection) = Collection::of(ty) {
        let (name, instead) = match collection {
            Collection::Log => ("Log", "Vec<T>"),
            Collection::Map => ("Map", "BTreeMap<K, V>"),
        };
        return errors.at(
            ty,
            format!("`{name}` is a table, so only a field of a `#[durable_state]` can be one: use `{instead}` here"),
        );
    }
    let Some(last) = path.segments.last() else { return };
    if let Some(complaint) = complaint(path, last, position) {
        return errors.at(ty, complaint);
    }
    match &last.arguments {
        PathArguments::None | PathArguments::Parenthesized(_) => {}
        PathArguments::AngleBracketed(generics) => {
            if let Some(lifetime) = generics.args.iter().find_map(lifetime) {
                // A named one is a parameter of the item or method, which was reported there.
                if ["static", "_"].iter().any(|name| lifetime.ident == name) {
                    errors.at(lifetime, format!("{} borrows nothing: write the owned type", position.noun()));
                }
                return;
            }
            for argument in &generics.args {
                match argument {
                    GenericArgument::Type(inner) => check(errors, inner, position),
                    GenericArgument::Const(_) => {}
                    _ => errors.at(argument, "only types stand here"),
                }
            }
        }
    }
    if last.ident == "Option"
        && let Some(inner) = only_argument(ty, "Option").filter(|inner| only_argument(inner, "Option").is_some())
    {
        errors.at(inner, "`None` and `Some(None)` are both stored as null: write an enum that names the three cases");
    }
}

fn lifetime(argument: &GenericArgument) -> Option<&syn::Lifetime> {
    match argument {
        GenericArgument::Lifetime(lifetime) => Some(lifetime),
        _ => None,
    }
}

/// What is wrong with a type of this name, in words.
fn complaint(path: &Path, last: &PathSegment, position: Position) -> Option<String> {
    let name = last.ident.to_string();
    let noun = position.noun();
    if let Some(ident) = path.get_ident()
        && position != Position::JsonField
    {
        let instead = match ident.to_string().as_str() {
            "usize" => Some(("has 32 bits on Workers and 64 in tests", "`u32` or `u64`")),
            "isize" => Some(("has 32 bits on Workers and 64 in tests", "`i32` or `i64`")),
            "u128" => Some(("does not fit a column, which has 64 bits", "`u64`, `Uuid` or `String`")),
            "i128" => Some(("does not fit a column, which has 64 bits", "`i64`, `Uuid` or `String`")),
            "char" => Some(("has no type in SQL or JSON", "`String`")),
            "str" => Some(("has no size", "`String`")),
            _ => None,
        };
        if let Some((why, instead)) = instead {
            return Some(format!("`{name}` {why}: write {instead}"));
        }
    }
    if path.is_ident("Self") {
        return Some(match position {
            Position::Argument | Position::Result => {
                "the state never leaves its object: name the type of what is passed".into()
            }
            _ => "write the type's name in place of `Self`: the build script resolves names".into(),
        });
    }
    let generic = !last.arguments.is_empty();
    match name.as_str() {
        // Only with an argument: `Cell` alone can be a type of the user's.
        "Rc" | "Arc" | "Weak" if generic => Some(format!(
            "{noun} can't be shared between values, a copy would come back: write what is in the `{name}`"
        )),
        "Cell" | "RefCell" | "OnceCell" | "Mutex" | "RwLock" | "OnceLock" | "LazyLock" | "LazyCell" if generic => Some(
            format!("`{name}` changes behind durably's back, so its change would not be stored: write what is in it"),
        ),
        "Handle" if generic => Some(format!("a `Handle` reaches one object from inside and can't be {noun}")),
        _ => None,
    }
}

/// The type without parentheses and invisible groups, if it is a path.
pub(crate) fn as_path(ty: &Type) -> Option<&Path> {
    match ty {
        Type::Path(path) if path.qself.is_none() => Some(&path.path),
        Type::Group(inner) => as_path(&inner.elem),
        Type::Paren(inner) => as_path(&inner.elem),
        _ => None,
    }
}

/// The type without parentheses and invisible groups.
pub(crate) fn bared(ty: &Type) -> &Type {
    match ty {
        Type::Group(inner) => bared(&inner.elem),
        Type::Paren(inner) => bared(&inner.elem),
        other => other,
    }
}

/// Whether the type's last segment is this name.
pub(crate) fn is_named(ty: &Type, name: &str) -> bool {
    as_path(ty).and_then(|path| path.segments.last()).is_some_and(|last| last.ident == name)
}

/// The type arguments of the last segment.
pub(crate) fn arguments(ty: &Type) -> Vec<&Type> {
    let Some(last) = as_path(ty).and_then(|path| path.segments.last()) else { return Vec::new() };
    match &last.arguments {
        PathArguments::AngleBracketed(generics) => generics
            .args
            .iter()
            .filter_map(|argument| match argument {
                GenericArgument::Type(inner) => Some(inner),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// `T` of `Option<T>`, for the name given.
pub(crate) fn only_argument<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let list = arguments(ty);
    match list.as_slice() {
        [one] if is_named(ty, name) => Some(one),
        _ => None,
    }
}

/// Whether the type is `()`.
pub(crate) fn is_unit(ty: &Type) -> bool {
    matches!(bared(ty), Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// The owned type to write in place of a borrowed one.
fn owned(ty: &Type) -> String {
    match bared(ty) {
        Type::Reference(reference) => match bared(&reference.elem) {
            inner if is_named(inner, "str") => "String".to_owned(),
            inner @ Type::Slice(_) => owned(inner),
            inner => shown(inner),
        },
        Type::Slice(slice) => format!("Vec<{}>", shown(&slice.elem)),
        other => shown(other),
    }
}

/// A type as a person would write it.
pub(crate) fn shown(ty: impl quote::ToTokens) -> String {
    let text = ty.to_token_stream().to_string();
    let tight = [(" :: ", "::"), (" < ", "<"), (" >", ">"), (" ,", ","), ("& ", "&"), (":: ", "::"), ("< ", "<")];
    let text = tight.iter().fold(text, |text, (from, to)| text.replace(from, to));
    text.strip_prefix("- ").map(|number| format!("-{number}")).unwrap_or(text)
}
