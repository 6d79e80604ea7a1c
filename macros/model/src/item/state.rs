//! `#[durable_state]`: a struct that is a Durable Object.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::{Item, ItemStruct};

use crate::{
    Errors, bare,
    check::rules,
    contract::{
        columns,
        limits::{STATE_MAX_FIELDS, TABLE_MAX_COLUMNS},
    },
    item::hash::Own,
    syntax::{
        attribute::{Bare, Table, refuse_helpers},
        literal, strip,
        types::{self, Collection, Place},
    },
};

/// A checked `#[durable_state]` struct.
#[derive(Debug)]
pub struct State {
    /// The struct's name, which is also the class's.
    pub ident: Ident,
    /// As written.
    pub vis: syn::Visibility,
    /// In declaration order.
    pub fields: Vec<Field>,
    /// The doc comment, lines joined by `\n`.
    pub doc: String,
    /// Hash of the struct's own tokens, as parsed: see [`crate::contract::decl`].
    pub own: u64,
    /// The struct as the user wrote it, without durably's attributes.
    pub item: syn::ItemStruct,
}

/// A field of a state: a column of its row, or a table of its own.
#[derive(Debug)]
pub struct Field {
    /// As written.
    pub ident: Ident,
    /// The name in SQL and in manifests: the identifier without `r#`.
    pub name: String,
    /// As written.
    pub ty: syn::Type,
    /// A column or a table.
    pub kind: FieldKind,
    /// The value of an object in which it was never stored.
    pub default: Default,
    /// The doc comment.
    pub doc: String,
}

/// What a field of a state becomes.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // a few dozen live for one build; boxes would be in every reader's way
pub enum FieldKind {
    /// A typed column of the one-row table.
    Column,
    /// `#[durable(json)]`: a column of JSON text through serde, opaque to durably.
    Json,
    /// `Log<T>`: a table with an integer key.
    Log {
        /// `T`.
        item: syn::Type,
    },
    /// `Map<K, V>`: a table with a key.
    Map {
        /// `K`.
        key: syn::Type,
        /// `V`.
        value: syn::Type,
    },
}

/// Where a value comes from when nothing is stored.
#[derive(Debug)]
pub enum Default {
    /// No attribute: the type's own initial value, if it has one.
    Type,
    /// `#[durable(default)]`: `Default::default()` of the type.
    Trait(Span),
    /// `#[durable(default = expr)]`.
    Expr(TokenStream),
}

impl State {
    /// Reads and checks whatever `#[durable_state]` was put on.
    pub fn from_item(attr: TokenStream, item: Item) -> syn::Result<Self> {
        match item {
            Item::Struct(item) => Self::parse(attr, item),
            other => Err(rules::wrong_item(&other, EXPECTED)),
        }
    }

    /// Reads and checks a `#[durable_state]` struct.
    pub fn parse(attr: TokenStream, mut item: ItemStruct) -> syn::Result<Self> {
        let mut errors = Errors::default();
        Table::of_arguments(&mut errors, "durable_state", attr, &[]).refuse_texts(&mut errors);
        check_item(&mut errors, &item);
        let fields = if let syn::Fields::Named(named) = &item.fields {
            named.named.iter().filter_map(|field| read_field(&mut errors, field)).collect()
        } else {
            errors.at(&item.ident, format!("{EXPECTED}; this one's fields have no names"));
            Vec::new()
        };
        check_fields(&mut errors, &item, &fields);
        errors.finish(|| {
            strip::strip_struct(&mut item);
            let mut state = Self {
                ident: item.ident.clone(),
                vis: item.vis.clone(),
                fields,
                doc: rules::doc(&item.attrs),
                own: 0,
                item,
            };
            state.own = Own::of(&state);
            state
        })
    }
}

const EXPECTED: &str =
    "`#[durable_state]` goes on a struct with named fields, which become columns: `struct Counter { count: i64 }`";

fn check_item(errors: &mut Errors, item: &ItemStruct) {
    rules::refuse_generics(errors, &item.generics, "a state");
    rules::refuse_serde(errors, &item.attrs);
    rules::check_class_name(errors, &item.ident);
    refuse_helpers(errors, &item.attrs, &[], "attributes of a state stand on its fields");
    rules::refuse_derives(
        errors,
        &item.attrs,
        &["Serialize", "Deserialize", "Durable"],
        "a state is stored column by column and never leaves its object: return a type with derive(Durable) from a method",
    );
}

fn read_field(errors: &mut Errors, field: &syn::Field) -> Option<Field> {
    let ident = field.ident.clone()?;
    rules::refuse_cfg(errors, &field.attrs, "a field", "keep the field, or choose its value in a method");
    rules::refuse_serde(errors, &field.attrs);
    rules::refuse_default_value(errors, field, "durable");
    rules::check_field_name(errors, &ident);
    refuse_helpers(errors, &field.attrs, &["durable"], "a state's field takes `#[durable(…)]`");
    let mut table = Table::read(errors, &field.attrs, "durable", &["default", "json"], Bare::Refused);
    table.refuse_texts(errors);
    let json = table.flag(errors, "json");
    let kind = match Collection::of(&field.ty) {
        Some(collection) => {
            if let Some(json) = &json {
                errors.at(json, format!("a `{}` is a table and has no JSON: remove `json`", collection.name()));
            }
            read_collection(errors, collection, &field.ty)?
        }
        None if json.is_some() => FieldKind::Json,
        None => FieldKind::Column,
    };
    if matches!(kind, FieldKind::Column | FieldKind::Json) {
        types::check(errors, &field.ty, if json.is_some() { Place::JsonField } else { Place::Field });
    }
    let default = match &kind {
        FieldKind::Log { .. } | FieldKind::Map { .. } => {
            if let Some(found) = table.optional("default") {
                errors.at(&found.key, "a collection begins empty: remove `default`, and add rows in the create method");
            }
            Default::Type
        }
        _ => read_default(errors, &mut table, &field.ty),
    };
    let doc = rules::doc(&field.attrs);
    Some(Field { name: bare(&ident), ident, ty: field.ty.clone(), kind, default, doc })
}

/// `default` and `default = value`, for states and Durable types.
pub(crate) fn read_default(errors: &mut Errors, table: &mut Table, ty: &syn::Type) -> Default {
    let Some(found) = table.optional("default") else { return Default::Type };
    match found.value {
        None => Default::Trait(syn::spanned::Spanned::span(&found.key)),
        Some(value) => {
            literal::check(errors, &value, ty, "default");
            Default::Expr(value.to_token_stream())
        }
    }
}

fn read_collection(errors: &mut Errors, collection: Collection, ty: &syn::Type) -> Option<FieldKind> {
    let arguments = types::arguments(ty);
    for argument in &arguments {
        types::check(errors, argument, Place::Item);
    }
    match (collection, arguments.as_slice()) {
        (Collection::Log, [item]) => Some(FieldKind::Log { item: (*item).clone() }),
        (Collection::Map, [key, value]) => Some(FieldKind::Map { key: (*key).clone(), value: (*value).clone() }),
        (Collection::Log, _) => {
            errors.at(ty, "`Log` takes one type, what a row holds: `Log<Turn>`");
            None
        }
        (Collection::Map, _) => {
            errors.at(ty, "`Map` takes two types, the key and what a row holds: `Map<String, Artifact>`");
            None
        }
    }
}

/// Of the columns of the one row.
const OWN_COLUMNS: usize = columns::state::COLUMNS.len();

fn check_fields(errors: &mut Errors, item: &ItemStruct, fields: &[Field]) {
    rules::check_sql_collisions(errors, fields.iter().map(|field| &field.ident));
    let columns = fields.iter().filter(|field| matches!(field.kind, FieldKind::Column | FieldKind::Json));
    if let Some(field) = columns.clone().nth(STATE_MAX_FIELDS) {
        let count = columns.count();
        errors.at(
            &field.ident,
            format!(
                "a state has at most {STATE_MAX_FIELDS} plain fields (SQLite's {TABLE_MAX_COLUMNS} columns less durably's {OWN_COLUMNS}), this one has \
                 {count}: group fields that change together in a struct with derive(Durable)"
            ),
        );
    }
    if matches!(&item.fields, syn::Fields::Named(named) if named.named.is_empty()) {
        errors.at(&item.ident, "a state without fields stores nothing: add a field, or use a plain function");
    }
}
