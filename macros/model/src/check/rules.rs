//! Rules that hold for every annotated item.

use quote::ToTokens;
use syn::{Attribute, Field, Generics, Ident, Item};

use crate::{
    Errors, bare,
    item::keys::HELPERS,
    js_global, js_reserved,
    syntax::{attribute::shown_path, types::shown},
};

/// Items are known by their name alone: no parameters.
pub(crate) fn refuse_generics(errors: &mut Errors, generics: &Generics, what: &str) {
    if !generics.params.is_empty() {
        errors.at(
            &generics.params,
            format!(
                "{what} has no type, lifetime or const parameters: what is stored has one shape; write the types out"
            ),
        );
    }
    if let Some(clause) = &generics.where_clause {
        errors.at(clause, format!("{what} has no where clause: write the types out"));
    }
}

/// Reports attributes of durably's that stand where they mean nothing.
pub(crate) fn refuse_helpers(errors: &mut Errors, attrs: &[Attribute], allowed: &[&str], way_out: &str) {
    for attr in attrs {
        let name = shown_path(attr.path());
        if HELPERS.contains(&name.as_str()) && !allowed.contains(&name.as_str()) {
            errors.at(attr, format!("`#[{name}]` has no meaning here: {way_out}"));
        }
    }
}

/// `#[cfg]` inside an item would give two shapes to one name.
pub(crate) fn refuse_cfg(errors: &mut Errors, attrs: &[Attribute], what: &str, way_out: &str) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr")) {
        let name = shown(attr.path());
        errors.at(
            attr,
            format!("`#[{name}]` on {what}: what is stored and called must not depend on how it was built; {way_out}"),
        );
    }
}

/// One codec for storage, RPC and KV.
pub(crate) fn refuse_serde(errors: &mut Errors, attrs: &[Attribute]) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        errors.at(
            attr,
            "durably owns the codec, so `#[serde]` would say something that does not happen: remove it, or keep this type \
             in a field with `#[durable(json)]` and derive serde's traits in place of Durable",
        );
    }
}

/// rustc's own, unstable `field: T = value`.
pub(crate) fn refuse_default_value(errors: &mut Errors, field: &Field, attribute: &str) {
    if let Some((_, value)) = &field.default {
        errors.at(value, format!("a default is written as `#[{attribute}(default = {})]`", shown(value)));
    }
}

/// The rule for names of columns and tables, in SQL and in JSON.
pub(crate) fn check_field_name(errors: &mut Errors, ident: &Ident) {
    let name = bare(ident);
    let lower = name.to_ascii_lowercase();
    if lower.starts_with('_') {
        errors.at(ident, format!("`{name}`: names that begin with `_` are durably's own columns; drop the `_`"));
    }
    for prefix in ["durably_", "sqlite_"] {
        if lower.starts_with(prefix) {
            errors.at(ident, format!("`{name}`: names that begin with `{prefix}` are reserved; choose another"));
        }
    }
}

/// Names that differ for Rust and are the same for `SQLite`.
pub(crate) fn check_sql_collisions<'a>(errors: &mut Errors, idents: impl Iterator<Item = &'a Ident>) {
    let mut seen: Vec<String> = Vec::new();
    for ident in idents {
        let name = bare(ident);
        if let Some(first) = seen.iter().find(|first| first.eq_ignore_ascii_case(&name)) {
            errors.at(ident, format!("`{name}` and `{first}` are one name in SQL, which ignores case: rename one"));
        }
        seen.push(name);
    }
}

/// The class is a name in the generated JS module, beside the platform's.
pub(crate) fn check_class_name(errors: &mut Errors, ident: &Ident) {
    let name = bare(ident);
    check_own_prefix(errors, ident);
    if js_reserved(&name) || js_global(&name) {
        errors.at(ident, format!("`{name}` is taken in JavaScript, where the class has the same name: choose another"));
    }
}

/// Derives that contradict what the attribute does.
pub(crate) fn refuse_derives(errors: &mut Errors, attrs: &[Attribute], refused: &[&str], why: &str) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("derive")) {
        let list = attr.parse_args_with(syn::punctuated::Punctuated::<syn::Path, syn::Token![,]>::parse_terminated);
        for path in list.iter().flatten() {
            if let Some(last) = path.segments.last()
                && refused.iter().any(|refused| last.ident == refused)
            {
                errors.at(path, format!("remove `{}`: {why}", last.ident));
            }
        }
    }
}

/// Generated names begin with `__`.
pub(crate) fn check_own_prefix(errors: &mut Errors, ident: &Ident) {
    let name = bare(ident);
    if name.starts_with("__") {
        errors.at(ident, format!("`{name}`: names that begin with `__` are generated ones; drop the `__`"));
    }
}

/// The error for an attribute on the wrong kind of item.
pub(crate) fn wrong_item(item: &Item, expected: &str) -> syn::Error {
    let (kind, at): (&str, proc_macro2::TokenStream) = match item {
        Item::Const(item) => ("a constant", item.ident.to_token_stream()),
        Item::Enum(item) => ("an enum", item.ident.to_token_stream()),
        Item::Fn(item) => ("a function", item.sig.ident.to_token_stream()),
        Item::Impl(item) => ("an impl block", item.self_ty.to_token_stream()),
        Item::Mod(item) => ("a module", item.ident.to_token_stream()),
        Item::Static(item) => ("a static", item.ident.to_token_stream()),
        Item::Struct(item) => ("a struct", item.ident.to_token_stream()),
        Item::Trait(item) => ("a trait", item.ident.to_token_stream()),
        Item::Type(item) => ("a type alias", item.ident.to_token_stream()),
        Item::Union(item) => ("a union", item.ident.to_token_stream()),
        other => ("something else", other.to_token_stream()),
    };
    syn::Error::new_spanned(at, format!("{expected}; this is {kind}"))
}

/// The lines of a doc comment, without the space that begins each.
pub(crate) fn doc(attrs: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("doc")) {
        if let syn::Meta::NameValue(pair) = &attr.meta
            && let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &pair.value
        {
            let text = text.value();
            lines.extend(text.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned()));
            if text.is_empty() {
                lines.push(String::new());
            }
        }
    }
    lines.join("\n").trim().to_owned()
}

/// The fields that have names.
pub(crate) fn named_fields(fields: &syn::Fields) -> impl Iterator<Item = &Field> {
    fields.iter().filter(|field| field.ident.is_some())
}
