//! What is annotated, read from attributes alone: a path's last segment, bare or behind `durably::`.

use proc_macro2::TokenStream;
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token};

use crate::scan::cfg::{Conditions, Predicate, Truth};

/// What an attribute of durably's asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Annotation {
    /// The item is described by a model.
    Model(durably_model::Annotation),
    /// The function is a handler of the Worker's.
    Event,
}

/// The annotation of an attribute.
fn of_attribute(path: &syn::Path) -> Option<Annotation> {
    use durably_model::Annotation as Model;
    match durably_name(path)?.as_str() {
        "durable_state" => Some(Annotation::Model(Model::State)),
        "durable_rpc" => Some(Annotation::Model(Model::Rpc)),
        "kv_config" => Some(Annotation::Model(Model::Config)),
        "durable_route" => Some(Annotation::Model(Model::Route)),
        "event" => Some(Annotation::Event),
        _ => None, // somebody else's
    }
}

/// The annotation of a derive.
fn of_derive(path: &syn::Path) -> Option<Annotation> {
    match durably_name(path)?.as_str() {
        "Durable" => Some(Annotation::Model(durably_model::Annotation::Durable)),
        "DurableError" => Some(Annotation::Model(durably_model::Annotation::Error)),
        _ => None, // somebody else's
    }
}

/// The annotations that one attribute carries, none for a foreign one.
fn annotations(meta: &Meta) -> Vec<Annotation> {
    if !meta.path().is_ident("derive") {
        return of_attribute(meta.path()).into_iter().collect();
    }
    let Meta::List(list) = meta else { return Vec::new() };
    let Ok(paths) = list.parse_args_with(Punctuated::<syn::Path, Token![,]>::parse_terminated) else {
        return Vec::new();
    };
    paths.iter().filter_map(of_derive).collect()
}

/// The last segment of `x`, `durably::x` or `durably::prelude::x`.
pub(crate) fn durably_name(path: &syn::Path) -> Option<String> {
    let ours = path.segments.len() == 1 || path.segments.first()?.ident == "durably";
    ours.then(|| path.segments.last().map(|segment| segment.ident.to_string()))?
}

/// An item's attributes after conditional compilation.
#[derive(Debug)]
pub(crate) struct Attributes {
    /// Without `cfg`, with what `cfg_attr` adds.
    pub(crate) list: Vec<Attribute>,
    pub(crate) exists: Truth,
    /// An annotation stands inside `cfg_attr`, under this condition.
    pub(crate) conditional: Option<Truth>,
}

impl Attributes {
    pub(crate) fn read(attributes: &[Attribute], conditions: &Conditions) -> Self {
        let mut read = Self { list: Vec::new(), exists: Truth::True, conditional: None };
        for attribute in attributes {
            read.add(attribute, conditions);
        }
        read
    }

    fn add(&mut self, attribute: &Attribute, conditions: &Conditions) {
        if attribute.path().is_ident("cfg") {
            let exists = std::mem::replace(&mut self.exists, Truth::True);
            self.exists = exists.and(|| conditions.attribute(attribute));
        } else if attribute.path().is_ident("cfg_attr") {
            self.add_conditional(attribute, conditions);
        } else {
            self.list.push(attribute.clone());
        }
    }

    fn add_conditional(&mut self, attribute: &Attribute, conditions: &Conditions) {
        let Ok(parts) = attribute.parse_args_with(CfgAttr::parse) else { return };
        let holds = conditions.predicate(&parts.condition);
        for meta in parts.metas {
            if !annotations(&meta).is_empty() {
                self.conditional = Some(holds.clone());
            }
            let mut inner = attribute.clone();
            inner.meta = meta;
            match &holds {
                Truth::True => self.add(&inner, conditions),
                Truth::False => {}
                // An attribute that may be there decides something only if it hides the item or is an annotation.
                Truth::Unknown(why) => {
                    if inner.path().is_ident("cfg") || inner.path().is_ident("path") {
                        self.exists = Truth::Unknown(why.clone());
                    }
                    self.list.push(inner);
                }
            }
        }
    }

    /// Why it cannot be known whether the item exists, `outer` being what it stands in.
    pub(crate) fn doubt(&self, outer: Option<&String>) -> Option<String> {
        match (&self.exists, outer) {
            (_, Some(outer)) => Some(outer.clone()),
            (Truth::Unknown(why), None) => Some(why.clone()),
            _ => None,
        }
    }

    /// Takes durably's annotations out, with the arguments of attributes; a derive has none, and stays.
    pub(crate) fn take_annotations(&mut self) -> Vec<(Annotation, TokenStream)> {
        let mut taken = Vec::new();
        self.list.retain(|attribute| {
            let found = annotations(&attribute.meta);
            let derive = attribute.path().is_ident("derive");
            let keep = derive || found.is_empty();
            let arguments = || match &attribute.meta {
                Meta::List(list) => list.tokens.clone(),
                _ => TokenStream::new(),
            };
            let arguments = if derive { TokenStream::new() } else { arguments() };
            taken.extend(found.into_iter().map(|annotation| (annotation, arguments.clone())));
            keep
        });
        taken
    }

    /// `#[path = "…"]` of a module.
    pub(crate) fn path(&self) -> Option<String> {
        self.list.iter().find_map(|attribute| match &attribute.meta {
            Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
                syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(value), .. }) => Some(value.value()),
                _ => None,
            },
            _ => None,
        })
    }
}

struct CfgAttr {
    condition: Predicate,
    metas: Punctuated<Meta, Token![,]>,
}

impl CfgAttr {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        let condition = input.parse()?;
        input.parse::<Option<Token![,]>>()?;
        Ok(Self { condition, metas: Punctuated::parse_terminated(input)? })
    }
}

/// The outer attributes of an item.
pub(crate) fn attributes_of(item: &syn::Item) -> &[Attribute] {
    use syn::Item;
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
