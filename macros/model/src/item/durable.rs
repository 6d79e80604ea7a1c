//! `#[derive(Durable)]`: a value that is stored, passed and returned.

use proc_macro2::{Ident, TokenStream};
use syn::{Data, DeriveInput, Item};

use crate::{
    Errors, Initial, bare,
    check::rules,
    contract::{limits::ITEM_MAX_FIELDS, names::snake_case},
    item::{hash::ItemHash, keys, state::read_initial},
    pipeline::{Annotated, derive_input},
    syntax::{
        attribute::{Bare, Table},
        types::{self, Position},
    },
};

/// A checked `#[derive(Durable)]` type.
#[derive(Debug)]
pub struct Durable {
    /// The type's name.
    pub ident: Ident,
    /// Its shape.
    pub body: DurableBody,
    /// `#[durable(default)]` on the type: its initial value is `Default::default()`.
    pub default: bool,
    /// The doc comment.
    pub doc: String,
    /// Hash of the type's own tokens: see [`crate::contract::decl`].
    pub item_hash: u64,
}

/// The shape of a Durable type.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // a few dozen live for one build; boxes would be in every reader's way
pub enum DurableBody {
    /// `struct T { a: A }`: a JSON object; in a collection, a column a field.
    Struct(Vec<DurableField>),
    /// `struct T(A)`: encoded as `A` everywhere.
    Newtype(syn::Type),
    /// `struct T(A, B)`: a JSON array.
    Tuple(Vec<syn::Type>),
    /// `struct T;`: JSON null.
    Unit,
    /// Only unit variants: text, the variant in `snake_case`.
    UnitEnum(Vec<Variant>),
    /// Some variant carries data: externally tagged JSON.
    Enum(Vec<Variant>),
}

/// A named field of a Durable type.
#[derive(Debug)]
pub struct DurableField {
    /// As written.
    pub ident: Ident,
    /// The name in JSON and in SQL: the identifier without `r#`.
    pub name: String,
    /// As written.
    pub ty: syn::Type,
    /// `#[durable(json)]`: through serde, opaque.
    pub json: bool,
    /// The value where none is stored.
    pub initial: Initial,
    /// The doc comment.
    pub doc: String,
}

/// A variant of a Durable enum or of a `DurableError`.
#[derive(Debug)]
pub struct Variant {
    /// As written.
    pub ident: Ident,
    /// The name on the wire and in SQL: `snake_case` of the identifier.
    pub name: String,
    /// What it carries.
    pub fields: Fields,
    /// The doc comment.
    pub doc: String,
}

/// What a variant carries.
#[derive(Debug)]
pub enum Fields {
    /// `Closed`
    Unit,
    /// `Moved(ConversationId)`
    Tuple(Vec<syn::Type>),
    /// `TooLong { len: u32 }`
    Named(Vec<DurableField>),
}

impl Annotated for Durable {
    type Item = DeriveInput;
    /// Whether the type has `default`, and its body, if it is of a kind that has one.
    type Read = (bool, Option<DurableBody>);

    fn item(item: Item) -> syn::Result<DeriveInput> {
        derive_input(item)
    }

    fn read(errors: &mut Errors, _: TokenStream, item: &DeriveInput) -> Self::Read {
        let mut table = Table::read(errors, &item.attrs, &keys::TYPE, Bare::Refused);
        table.refuse_texts(errors);
        let default = table.flag(errors, "default").is_some();
        let body = match &item.data {
            Data::Struct(data) => Some(read_struct(errors, &data.fields)),
            Data::Enum(data) => Some(read_enum(errors, data)),
            Data::Union(_) => None,
        };
        (default, body)
    }

    fn check(errors: &mut Errors, (_, body): &Self::Read, item: &DeriveInput) {
        rules::refuse_generics(errors, &item.generics, "a Durable type");
        rules::refuse_serde(errors, &item.attrs);
        rules::check_own_prefix(errors, &item.ident);
        match &item.data {
            Data::Struct(data) => data.fields.iter().for_each(|field| check_field(errors, field)),
            Data::Enum(data) if data.variants.is_empty() => {
                errors.at(&item.ident, "an enum without variants has no value to store: add a variant");
            }
            Data::Enum(data) => data.variants.iter().for_each(|variant| check_variant(errors, variant)),
            Data::Union(data) => {
                errors.at(data.union_token, "a union does not say which of its fields is stored: write an enum");
            }
        }
        match body {
            Some(DurableBody::Struct(fields)) => check_columns(errors, fields),
            Some(DurableBody::Newtype(ty)) => types::check(errors, ty, Position::Field),
            Some(DurableBody::Tuple(list)) => list.iter().for_each(|ty| types::check(errors, ty, Position::Field)),
            Some(DurableBody::UnitEnum(variants) | DurableBody::Enum(variants)) => check_variants(errors, variants),
            Some(DurableBody::Unit) | None => {}
        }
    }

    fn make((default, body): Self::Read, item: DeriveInput) -> Option<Self> {
        let doc = rules::doc(&item.attrs);
        let mut durable = Self { ident: item.ident, body: body?, default, doc, item_hash: 0 };
        durable.item_hash = ItemHash::of(&durable);
        Some(durable)
    }
}

fn read_struct(errors: &mut Errors, fields: &syn::Fields) -> DurableBody {
    match read_fields(errors, fields) {
        Fields::Unit => DurableBody::Unit,
        Fields::Named(fields) => DurableBody::Struct(fields),
        Fields::Tuple(types) => match <[syn::Type; 1]>::try_from(types) {
            Ok([inner]) => DurableBody::Newtype(inner),
            Err(types) => DurableBody::Tuple(types),
        },
    }
}

fn read_enum(errors: &mut Errors, data: &syn::DataEnum) -> DurableBody {
    let variants = read_variants(errors, data);
    let units = variants.iter().all(|variant| matches!(variant.fields, Fields::Unit));
    if units { DurableBody::UnitEnum(variants) } else { DurableBody::Enum(variants) }
}

/// The variants of a Durable enum or of a `DurableError`, whose own attributes the caller reads.
pub(crate) fn read_variants(errors: &mut Errors, data: &syn::DataEnum) -> Vec<Variant> {
    let read = |variant: &syn::Variant| Variant {
        ident: variant.ident.clone(),
        name: snake_case(&bare(&variant.ident)),
        fields: read_fields(errors, &variant.fields),
        doc: rules::doc(&variant.attrs),
    };
    data.variants.iter().map(read).collect()
}

fn read_fields(errors: &mut Errors, fields: &syn::Fields) -> Fields {
    match fields {
        syn::Fields::Unit => Fields::Unit,
        syn::Fields::Named(named) => {
            Fields::Named(named.named.iter().filter_map(|field| read_named(errors, field)).collect())
        }
        syn::Fields::Unnamed(unnamed) => Fields::Tuple(unnamed.unnamed.iter().map(|field| field.ty.clone()).collect()),
    }
}

fn read_named(errors: &mut Errors, field: &syn::Field) -> Option<DurableField> {
    let ident = field.ident.clone()?;
    let mut table = Table::read(errors, &field.attrs, &keys::FIELD, Bare::Refused);
    table.refuse_texts(errors);
    let json = table.flag(errors, "json").is_some();
    let initial = read_initial(errors, &mut table, &field.ty);
    let doc = rules::doc(&field.attrs);
    Some(DurableField { name: bare(&ident), ident, ty: field.ty.clone(), json, initial, doc })
}

/// The fields of a struct, which are columns where it is an item.
fn check_columns(errors: &mut Errors, fields: &[DurableField]) {
    for field in fields {
        rules::check_field_name(errors, &field.ident);
        check_type(errors, field);
    }
    rules::check_sql_collisions(errors, fields.iter().map(|field| &field.ident));
    if let Some(field) = fields.get(ITEM_MAX_FIELDS) {
        let count = fields.len();
        errors.at(
            &field.ident,
            format!(
                "a Durable struct has at most {ITEM_MAX_FIELDS} fields, as many columns as a row in a collection may \
                 have; this one has {count}: group some in a struct of their own"
            ),
        );
    }
}

fn check_type(errors: &mut Errors, field: &DurableField) {
    types::check(errors, &field.ty, if field.json { Position::JsonField } else { Position::Field });
}

/// The names and the types of variants.
pub(crate) fn check_variants(errors: &mut Errors, variants: &[Variant]) {
    for (place, variant) in variants.iter().enumerate() {
        let name = &variant.name;
        if let Some(first) = variants[..place].iter().find(|first| first.name == *name) {
            errors.at(
                &variant.ident,
                format!("`{}` and `{}` are both `{name}` on the wire: rename one", first.ident, variant.ident),
            );
        }
        match &variant.fields {
            Fields::Unit => {}
            Fields::Tuple(list) => list.iter().for_each(|ty| types::check(errors, ty, Position::Field)),
            Fields::Named(fields) => {
                for field in fields {
                    rules::check_own_prefix(errors, &field.ident);
                    check_type(errors, field);
                }
            }
        }
    }
}

/// The attributes of a variant and of its fields.
pub(crate) fn check_variant(errors: &mut Errors, variant: &syn::Variant) {
    rules::refuse_cfg(errors, &variant.attrs, "a variant", "keep the variant in every build");
    rules::refuse_serde(errors, &variant.attrs);
    for attr in variant.attrs.iter().filter(|attr| attr.path().is_ident(keys::FIELD.attribute)) {
        errors.at(attr, "a variant takes no `#[durable(…)]`: its name is the identifier in snake_case");
    }
    variant.fields.iter().for_each(|field| check_field(errors, field));
}

fn check_field(errors: &mut Errors, field: &syn::Field) {
    rules::refuse_cfg(errors, &field.attrs, "a field", "keep the field, or make it an `Option`");
    rules::refuse_serde(errors, &field.attrs);
    rules::refuse_default_value(errors, field, keys::FIELD.attribute);
    let attributes = field.attrs.iter().filter(|attr| attr.path().is_ident(keys::FIELD.attribute));
    for attr in attributes.filter(|_| field.ident.is_none()) {
        errors.at(attr, "`#[durable(…)]` goes on a field with a name: write `{ name: Type }` in place of `(Type)`");
    }
}
