//! `#[derive(DurableError)]`: an error that crosses the wire with a stable code.

use proc_macro2::Ident;
use syn::{Data, DeriveInput, LitStr};

use crate::{
    Errors, Fields, Variant,
    check::rules,
    item::{durable::read_variants, hash::Own},
    syntax::{
        attribute::{Bare, Table},
        message,
        wording::listed,
    },
};

/// A checked `#[derive(DurableError)]` enum.
#[derive(Debug)]
pub struct DurableError {
    /// The enum's name.
    pub ident: Ident,
    /// In declaration order.
    pub variants: Vec<ErrorVariant>,
    /// The doc comment.
    pub doc: String,
    /// Hash of the enum's own tokens: see [`crate::contract::decl`].
    pub own: u64,
}

/// One error: `#[error(status = 422, "text has {len} characters")] TooLong { len: u32 }`.
#[derive(Debug)]
pub struct ErrorVariant {
    /// `name` is the stable code.
    pub variant: Variant,
    /// HTTP status, 400–599.
    pub status: u16,
    /// The message, with its named or positional fields.
    pub message: Vec<MessagePart>,
}

/// A piece of an error's message.
#[derive(Debug, PartialEq, Eq)]
pub enum MessagePart {
    /// Printed as it is.
    Text(String),
    /// `{len}` or `{0}`: the field's name, or its place as digits.
    Field(String),
}

impl DurableError {
    /// Reads and checks an enum with `#[derive(DurableError)]`.
    pub fn parse(item: DeriveInput) -> syn::Result<Self> {
        let mut errors = Errors::default();
        rules::refuse_generics(&mut errors, &item.generics, "an error");
        rules::refuse_serde(&mut errors, &item.attrs);
        rules::check_own_prefix(&mut errors, &item.ident);
        for attr in item.attrs.iter().filter(|attr| attr.path().is_ident("error") || attr.path().is_ident("durable")) {
            errors.at(attr, "an error's attributes stand on its variants: `#[error(status = 409, \"message\")]`");
        }
        let variants = read(&mut errors, &item);
        errors.finish(|| {
            let mut error = Self { ident: item.ident, variants, doc: rules::doc(&item.attrs), own: 0 };
            error.own = Own::of(&error);
            error
        })
    }
}

fn read(errors: &mut Errors, item: &DeriveInput) -> Vec<ErrorVariant> {
    let Data::Enum(data) = &item.data else {
        errors.at(&item.ident, "`derive(DurableError)` goes on an enum, whose variants are the codes that callers see");
        return Vec::new();
    };
    if data.variants.is_empty() {
        errors.at(&item.ident, "an error without variants can't happen: add a variant, or return no `Result`");
    }
    let variants = read_variants(errors, data, "error");
    variants
        .into_iter()
        .zip(&data.variants)
        .filter_map(|(variant, written)| read_variant(errors, variant, written))
        .collect()
}

fn read_variant(errors: &mut Errors, variant: Variant, written: &syn::Variant) -> Option<ErrorVariant> {
    let example = "`#[error(status = 409, \"the conversation is closed\")]`";
    let attrs: Vec<_> = written.attrs.iter().filter(|attr| attr.path().is_ident("error")).cloned().collect();
    if is_transparent(&attrs) {
        let text = "`transparent` would give callers another type's code and status, which are part of this one's \
                    interface";
        errors.at(&attrs[0], format!("{text}: write {example}"));
        return None;
    }
    let mut table = Table::read(errors, &attrs, "error", &["status"], Bare::Refused);
    if !table.present {
        errors.at(&variant.ident, format!("`{}` needs its status and message: {example}", variant.ident));
        return None;
    }
    let has_status = table.has("status");
    let status = table.status(errors, 400..=599, "an HTTP error");
    if !has_status && table.read_well {
        errors.at(&attrs[0], format!("the HTTP status is missing: {example}"));
    }
    let text = one_text(errors, &table, &attrs[0], example);
    let message = text.and_then(|text| read_message(errors, &variant, text));
    Some(ErrorVariant { variant, status: status?.value, message: message? })
}

fn is_transparent(attrs: &[syn::Attribute]) -> bool {
    attrs.iter().any(|attr| {
        attr.meta
            .require_list()
            .is_ok_and(|list| list.tokens.to_string().split([' ', ',']).any(|word| word == "transparent"))
    })
}

fn one_text<'a>(errors: &mut Errors, table: &'a Table, attr: &syn::Attribute, example: &str) -> Option<&'a LitStr> {
    match table.texts.as_slice() {
        [text] => Some(text),
        [] => {
            if table.read_well {
                errors.at(attr, format!("the message is missing: {example}"));
            }
            None
        }
        [_, second, ..] => {
            errors.at(second, "a second message: keep one");
            None
        }
    }
}

fn read_message(errors: &mut Errors, variant: &Variant, text: &LitStr) -> Option<Vec<MessagePart>> {
    if text.value().is_empty() {
        errors.at(text, "an empty message explains nothing: say what went wrong");
        return None;
    }
    let parts = match message::parse(&text.value()) {
        Ok(parts) => parts,
        Err(complaint) => {
            errors.at(text, complaint);
            return None;
        }
    };
    let known: Vec<String> = match &variant.fields {
        Fields::Unit => Vec::new(),
        Fields::Tuple(types) => (0..types.len()).map(|place| place.to_string()).collect(),
        Fields::Named(fields) => fields.iter().map(|field| field.name.clone()).collect(),
    };
    for part in &parts {
        if let MessagePart::Field(name) = part
            && !known.contains(name)
        {
            let has = if known.is_empty() { "has no fields".into() } else { format!("has {}", listed(&known)) };
            errors.at(text, format!("`{{{name}}}` is no field of `{}`, which {has}", variant.ident));
        }
    }
    Some(parts)
}
