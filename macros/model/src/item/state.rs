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
    item::{hash::ItemHash, keys},
    pipeline::Annotated,
    syntax::{
        attribute::{Bare, Table},
        literal, strip,
        types::{self, Collection, Position},
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
    pub item_hash: u64,
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
    pub initial: Initial,
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
pub enum Initial {
    /// No attribute: the type's own initial value, if it has one.
    OfType,
    /// `#[durable(default)]`: `Default::default()` of the type.
    OfTrait(Span),
    /// `#[durable(default = expr)]`.
    Expr(TokenStream),
}

impl Annotated for State {
    type Item = ItemStruct;
    type Read = Vec<Field>;

    fn item(item: Item) -> syn::Result<ItemStruct> {
        match item {
            Item::Struct(item) => Ok(item),
            other => Err(rules::wrong_item(&other, EXPECTED)),
        }
    }

    fn read(errors: &mut Errors, arguments: TokenStream, item: &ItemStruct) -> Vec<Field> {
        Table::of_arguments(errors, arguments, &keys::STATE).refuse_texts(errors);
        rules::named_fields(&item.fields).filter_map(|field| read_field(errors, field)).collect()
    }

    fn check(errors: &mut Errors, fields: &Vec<Field>, item: &ItemStruct) {
        check_item(errors, item);
        rules::named_fields(&item.fields).for_each(|field| check_field(errors, field));
        for field in fields {
            check_types(errors, field);
        }
        check_fields(errors, fields);
    }

    fn make(fields: Vec<Field>, mut item: ItemStruct) -> Option<Self> {
        strip::strip_struct(&mut item);
        let (ident, vis, doc) = (item.ident.clone(), item.vis.clone(), rules::doc(&item.attrs));
        let mut state = Self { ident, vis, fields, doc, item_hash: 0, item };
        state.item_hash = ItemHash::of(&state);
        Some(state)
    }
}

const EXPECTED: &str =
    "`#[durable_state]` goes on a struct with named fields, which become columns: `struct Counter { count: i64 }`";

fn check_item(errors: &mut Errors, item: &ItemStruct) {
    rules::refuse_generics(errors, &item.generics, "a state");
    rules::refuse_serde(errors, &item.attrs);
    rules::check_class_name(errors, &item.ident);
    rules::refuse_helpers(errors, &item.attrs, &[], "attributes of a state stand on its fields");
    rules::refuse_derives(
        errors,
        &item.attrs,
        &["Serialize", "Deserialize", "Durable"],
        "a state is stored column by column and never leaves its object: return a type with derive(Durable) from a method",
    );
    match &item.fields {
        syn::Fields::Named(named) if named.named.is_empty() => {
            errors.at(&item.ident, "a state without fields stores nothing: add a field, or use a plain function");
        }
        syn::Fields::Named(_) => {}
        syn::Fields::Unnamed(_) | syn::Fields::Unit => {
            errors.at(&item.ident, format!("{EXPECTED}; this one's fields have no names"));
        }
    }
}

fn check_field(errors: &mut Errors, field: &syn::Field) {
    rules::refuse_cfg(errors, &field.attrs, "a field", "keep the field, or choose its value in a method");
    rules::refuse_serde(errors, &field.attrs);
    rules::refuse_default_value(errors, field, keys::FIELD.attribute);
    rules::refuse_helpers(errors, &field.attrs, &[keys::FIELD.attribute], "a state's field takes `#[durable(…)]`");
    field.ident.iter().for_each(|ident| rules::check_field_name(errors, ident));
}

fn check_types(errors: &mut Errors, Field { ty, kind, .. }: &Field) {
    match kind {
        FieldKind::Column => types::check(errors, ty, Position::Field),
        FieldKind::Json => types::check(errors, ty, Position::JsonField),
        FieldKind::Log { item } => types::check(errors, item, Position::Item),
        FieldKind::Map { key, value } => {
            types::check(errors, key, Position::Item);
            types::check(errors, value, Position::Item);
        }
    }
}

fn read_field(errors: &mut Errors, field: &syn::Field) -> Option<Field> {
    let ident = field.ident.clone()?;
    let mut table = Table::read(errors, &field.attrs, &keys::FIELD, Bare::Refused);
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
    let initial = match kind {
        FieldKind::Log { .. } | FieldKind::Map { .. } => {
            if let Some(found) = table.optional("default") {
                errors.at(&found.key, "a collection begins empty: remove `default`, and add rows in the create method");
            }
            Initial::OfType
        }
        FieldKind::Column | FieldKind::Json => read_initial(errors, &mut table, &field.ty),
    };
    let doc = rules::doc(&field.attrs);
    Some(Field { name: bare(&ident), ident, ty: field.ty.clone(), kind, initial, doc })
}

/// `default` and `default = value`, for states and Durable types.
pub(crate) fn read_initial(errors: &mut Errors, table: &mut Table, ty: &syn::Type) -> Initial {
    let Some(found) = table.optional("default") else { return Initial::OfType };
    match found.value {
        None => Initial::OfTrait(syn::spanned::Spanned::span(&found.key)),
        Some(value) => {
            literal::check(errors, &value, ty, "default");
            Initial::Expr(value.to_token_stream())
        }
    }
}

fn read_collection(errors: &mut Errors, collection: Collection, ty: &syn::Type) -> Option<FieldKind> {
    let arguments = types::arguments(ty);
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

fn check_fields(errors: &mut Errors, fields: &[Field]) {
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
}
