//! `#[derive(DurableError)]`: an error that crosses the wire with a stable code.

use proc_macro2::{Ident, TokenStream};
use syn::{Data, DeriveInput, Item, LitStr};

use crate::{
    Errors, Fields, Variant,
    check::rules,
    item::{
        durable::{check_variant, check_variants, read_variants},
        hash::ItemHash,
        keys,
    },
    pipeline::{Annotated, derive_input},
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
    pub item_hash: u64,
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

impl Annotated for DurableError {
    type Item = DeriveInput;
    type Read = Vec<ErrorVariant>;

    fn item(item: Item) -> syn::Result<DeriveInput> {
        derive_input(item)
    }

    fn read(errors: &mut Errors, _: TokenStream, item: &DeriveInput) -> Vec<ErrorVariant> {
        let Data::Enum(data) = &item.data else { return Vec::new() };
        let variants = read_variants(errors, data);
        check_variants(errors, &variants); // also those whose `#[error(…)]` is wrong
        let written = variants.into_iter().zip(&data.variants);
        written.filter_map(|(variant, written)| read_variant(errors, variant, written)).collect()
    }

    fn check(errors: &mut Errors, _: &Vec<ErrorVariant>, item: &DeriveInput) {
        rules::refuse_generics(errors, &item.generics, "an error");
        rules::refuse_serde(errors, &item.attrs);
        rules::check_own_prefix(errors, &item.ident);
        let ours = |attr: &&syn::Attribute| {
            [keys::ERROR.attribute, keys::TYPE.attribute].iter().any(|name| attr.path().is_ident(name))
        };
        for attr in item.attrs.iter().filter(ours) {
            errors.at(attr, "an error's attributes stand on its variants: `#[error(status = 409, \"message\")]`");
        }
        match &item.data {
            Data::Enum(data) => {
                if data.variants.is_empty() {
                    errors.at(
                        &item.ident,
                        "an error without variants can't happen: add a variant, or return no `Result`",
                    );
                }
                for variant in &data.variants {
                    check_variant(errors, variant);
                    refuse_field_attributes(errors, &variant.fields);
                }
            }
            Data::Struct(_) | Data::Union(_) => {
                errors.at(
                    &item.ident,
                    "`derive(DurableError)` goes on an enum, whose variants are the codes that callers see",
                );
            }
        }
    }

    fn make(variants: Vec<ErrorVariant>, item: DeriveInput) -> Option<Self> {
        let doc = rules::doc(&item.attrs);
        let mut error = Self { ident: item.ident, variants, doc, item_hash: 0 };
        error.item_hash = ItemHash::of(&error);
        Some(error)
    }
}

fn refuse_field_attributes(errors: &mut Errors, fields: &syn::Fields) {
    for attr in fields.iter().flat_map(|field| &field.attrs) {
        if attr.path().is_ident(keys::ERROR.attribute) {
            errors.at(attr, "`#[error(…)]` stands on the variant, and names the field in its message");
        }
    }
}

fn read_variant(errors: &mut Errors, variant: Variant, written: &syn::Variant) -> Option<ErrorVariant> {
    let example = "`#[error(status = 409, \"the conversation is closed\")]`";
    let attrs: Vec<_> =
        written.attrs.iter().filter(|attr| attr.path().is_ident(keys::ERROR.attribute)).cloned().collect();
    if is_transparent(&attrs) {
        let text = "`transparent` would give callers another type's code and status, which are part of this one's \
                    interface";
        errors.at(&attrs[0], format!("{text}: write {example}"));
        return None;
    }
    let mut table = Table::read(errors, &attrs, &keys::ERROR, Bare::Refused);
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
