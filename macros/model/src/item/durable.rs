//! `#[derive(Durable)]`: a value that is stored, passed and returned.

use proc_macro2::Ident;
use syn::{Data, DeriveInput};

use crate::{
    Default, Errors, bare,
    check::rules,
    contract::{limits::ITEM_MAX_FIELDS, names::snake_case},
    item::{hash::Own, state::read_default},
    syntax::{
        attribute::{Bare, Table},
        types::{self, Place},
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
    pub own: u64,
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
    pub default: Default,
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

impl Durable {
    /// Reads and checks a type with `#[derive(Durable)]`.
    pub fn parse(item: DeriveInput) -> syn::Result<Self> {
        let mut errors = Errors::default();
        rules::refuse_generics(&mut errors, &item.generics, "a Durable type");
        rules::refuse_serde(&mut errors, &item.attrs);
        rules::check_own_prefix(&mut errors, &item.ident);
        let default = read_type_attribute(&mut errors, &item);
        let body = match &item.data {
            Data::Struct(data) => Some(read_struct(&mut errors, &data.fields)),
            Data::Enum(data) => read_enum(&mut errors, &item.ident, data),
            Data::Union(data) => {
                errors.at(data.union_token, "a union does not say which of its fields is stored: write an enum");
                None
            }
        };
        let body = body.unwrap_or(DurableBody::Unit);
        errors.finish(|| {
            let mut durable = Self { ident: item.ident, body, default, doc: rules::doc(&item.attrs), own: 0 };
            durable.own = Own::of(&durable);
            durable
        })
    }
}

fn read_type_attribute(errors: &mut Errors, item: &DeriveInput) -> bool {
    let mut table = Table::read(errors, &item.attrs, "durable", &["default"], Bare::Refused);
    table.refuse_texts(errors);
    table.flag(errors, "default").is_some()
}

fn read_struct(errors: &mut Errors, fields: &syn::Fields) -> DurableBody {
    match read_fields(errors, fields) {
        Fields::Unit => DurableBody::Unit,
        Fields::Named(fields) => {
            for field in &fields {
                rules::check_field_name(errors, &field.ident);
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
            DurableBody::Struct(fields)
        }
        Fields::Tuple(types) => match <[syn::Type; 1]>::try_from(types) {
            Ok([inner]) => DurableBody::Newtype(inner),
            Err(types) => DurableBody::Tuple(types),
        },
    }
}

fn read_enum(errors: &mut Errors, ident: &Ident, data: &syn::DataEnum) -> Option<DurableBody> {
    let variants = read_variants(errors, data, "durable");
    if variants.is_empty() {
        errors.at(ident, "an enum without variants has no value to store: add a variant");
        return None;
    }
    let units = variants.iter().all(|variant| matches!(variant.fields, Fields::Unit));
    Some(if units { DurableBody::UnitEnum(variants) } else { DurableBody::Enum(variants) })
}

/// The variants of a Durable enum or of a `DurableError`, whose attributes the caller reads.
pub(crate) fn read_variants(errors: &mut Errors, data: &syn::DataEnum, attribute: &str) -> Vec<Variant> {
    let mut variants: Vec<Variant> = Vec::new();
    for variant in &data.variants {
        rules::refuse_cfg(errors, &variant.attrs, "a variant", "keep the variant in every build");
        rules::refuse_serde(errors, &variant.attrs);
        for attr in variant.attrs.iter().filter(|attr| attr.path().is_ident("durable")) {
            errors.at(attr, "a variant takes no `#[durable(…)]`: its name is the identifier in snake_case");
        }
        let name = snake_case(&bare(&variant.ident));
        if let Some(first) = variants.iter().find(|first| first.name == name) {
            errors.at(
                &variant.ident,
                format!("`{}` and `{}` are both `{name}` on the wire: rename one", first.ident, variant.ident),
            );
        }
        let fields = if attribute == "error" {
            refuse_error_field_attributes(errors, &variant.fields);
            read_fields(errors, &variant.fields)
        } else {
            read_fields(errors, &variant.fields)
        };
        if let Fields::Named(fields) = &fields {
            for field in fields {
                rules::check_own_prefix(errors, &field.ident);
            }
        }
        variants.push(Variant { ident: variant.ident.clone(), name, fields, doc: rules::doc(&variant.attrs) });
    }
    variants
}

fn refuse_error_field_attributes(errors: &mut Errors, fields: &syn::Fields) {
    for attr in fields.iter().flat_map(|field| &field.attrs) {
        if attr.path().is_ident("error") {
            errors.at(attr, "`#[error(…)]` stands on the variant, and names the field in its message");
        }
    }
}

fn read_fields(errors: &mut Errors, fields: &syn::Fields) -> Fields {
    match fields {
        syn::Fields::Unit => Fields::Unit,
        syn::Fields::Named(named) => {
            Fields::Named(named.named.iter().filter_map(|field| read_named(errors, field)).collect())
        }
        syn::Fields::Unnamed(unnamed) => {
            Fields::Tuple(unnamed.unnamed.iter().map(|field| read_unnamed(errors, field)).collect())
        }
    }
}

fn read_named(errors: &mut Errors, field: &syn::Field) -> Option<DurableField> {
    let ident = field.ident.clone()?;
    check_field(errors, field);
    let mut table = Table::read(errors, &field.attrs, "durable", &["default", "json"], Bare::Refused);
    table.refuse_texts(errors);
    let json = table.flag(errors, "json").is_some();
    types::check(errors, &field.ty, if json { Place::JsonField } else { Place::Field });
    let default = read_default(errors, &mut table, &field.ty);
    let doc = rules::doc(&field.attrs);
    Some(DurableField { name: bare(&ident), ident, ty: field.ty.clone(), json, default, doc })
}

fn read_unnamed(errors: &mut Errors, field: &syn::Field) -> syn::Type {
    check_field(errors, field);
    for attr in field.attrs.iter().filter(|attr| attr.path().is_ident("durable")) {
        errors.at(attr, "`#[durable(…)]` goes on a field with a name: write `{ name: Type }` in place of `(Type)`");
    }
    types::check(errors, &field.ty, Place::Field);
    field.ty.clone()
}

fn check_field(errors: &mut Errors, field: &syn::Field) {
    rules::refuse_cfg(errors, &field.attrs, "a field", "keep the field, or make it an `Option`");
    rules::refuse_serde(errors, &field.attrs);
    rules::refuse_default_value(errors, field, "durable");
}
