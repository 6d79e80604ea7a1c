//! Reads items the two ways that exist: as the build script does and as a macro does.
#![allow(dead_code, clippy::unwrap_used, clippy::panic, clippy::large_enum_variant)] // a test may fail loudly

use durably_model::Annotation;
pub(crate) use durably_model::Model;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::Item;

/// As the build script: `parse_file` of the normalised source.
pub(crate) fn scan(source: &str) -> syn::Result<Model> {
    let file = syn::parse_file(&source.replace("\r\n", "\n")).unwrap();
    let item = file.items.into_iter().next().unwrap();
    read(item)
}

/// As a macro: tokens, parsed as one item.
pub(crate) fn expand(source: &str) -> syn::Result<Model> {
    let tokens: TokenStream = source.parse().unwrap();
    read(syn::parse2(tokens).unwrap())
}

fn read(mut item: Item) -> syn::Result<Model> {
    let attrs = match &mut item {
        Item::Struct(item) => &mut item.attrs,
        Item::Enum(item) => &mut item.attrs,
        Item::Union(item) => &mut item.attrs,
        Item::Fn(item) => &mut item.attrs,
        Item::Impl(item) => &mut item.attrs,
        other => panic!("no attributes on {}", other.to_token_stream()),
    };
    let place = attrs.iter().position(|attr| {
        let name = attr.path().to_token_stream().to_string();
        ["durable_state", "durable_rpc", "kv_config", "durable_route"].contains(&name.as_str())
            || attr.to_token_stream().to_string().contains("Durable")
    });
    let attr = attrs.remove(place.unwrap());
    let name = attr.path().to_token_stream().to_string();
    let arguments = || attr.meta.require_list().map(|list| list.tokens.clone()).unwrap_or_default();
    let annotation = match name.as_str() {
        "durable_state" => Annotation::State,
        "durable_rpc" => Annotation::Rpc,
        "kv_config" => Annotation::Config,
        "durable_route" => Annotation::Route,
        _ if arguments().into_iter().any(|token| is(&token, "DurableError")) => Annotation::Error,
        _ => Annotation::Durable,
    };
    let arguments = if name == "derive" { TokenStream::new() } else { arguments() };
    Model::of(annotation, arguments, item)
}

fn is(token: &TokenTree, name: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == name)
}

/// The texts of all errors, each with the source that it points at.
pub(crate) fn errors(source: &str) -> Vec<(String, String)> {
    let Err(error) = scan(source) else { return Vec::new() };
    let source = source.replace("\r\n", "\n");
    error.into_iter().map(|error| (at(&source, error.span()), error.to_string())).collect()
}

fn at(source: &str, span: proc_macro2::Span) -> String {
    let lines: Vec<&str> = source.split('\n').collect();
    let (start, end) = (span.start(), span.end());
    let offset = |place: proc_macro2::LineColumn| {
        let before: usize = lines[..place.line - 1].iter().map(|line| line.chars().count() + 1).sum();
        before + place.column
    };
    source.chars().skip(offset(start)).take(offset(end) - offset(start)).collect()
}
