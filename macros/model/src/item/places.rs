//! The typed places of an item: every type that it names, in the order of `FIELDS` in `docs/formats.md`. The macros hand
//! rustc's types over in this order, the build script those that it resolved; generated code compares the two.

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{Path, Type};

use crate::{
    Arg, Config, Durable, DurableBody, DurableError, DurableField, Field, FieldKind, Fields, MethodKind, Model, Output,
    Route, Rpc, State, Variant,
};

/// Where in an item a type stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A field's name; in an enum `variant.field`, the variant as on the wire; a tuple's fields are numbers.
    Field(String),
    /// The state of a block of methods.
    State,
    /// Method (or route) and argument.
    Argument(String, String),
    /// What a method or a route returns when all went well.
    Success(String),
    /// What it returns when not.
    Error(String),
}

/// What the type is to the item.
#[derive(Debug, Clone, Copy)]
pub enum Role<'a> {
    /// A value that is stored or sent.
    Value(&'a Type),
    /// The value of a setting, which may be a secret.
    Setting(&'a Type),
    /// `#[durable(json)]`: opaque, and not compared.
    Json,
    /// A table of values.
    Log {
        /// `Log<T>`.
        table: &'a Type,
        /// `T`.
        item: &'a Type,
    },
    /// A table of values with keys.
    Map {
        /// `Map<K, V>`.
        table: &'a Type,
        /// `K`.
        key: &'a Type,
        /// `V`.
        value: &'a Type,
    },
    /// The state of a block of methods.
    State(&'a Path),
    /// An error that crosses the wire.
    Error(&'a Type),
}

/// A type, where it stands, and what it is there.
#[derive(Debug)]
pub struct TypedPlace<'a> {
    /// Where.
    pub place: Place,
    /// As what.
    pub role: Role<'a>,
    /// As messages name the place: "the argument `text` of `append`".
    pub shown: String,
    /// The type's.
    pub span: Span,
}

impl Model {
    /// Every typed place, in order.
    pub fn places(&self) -> Vec<TypedPlace<'_>> {
        let mut list = Places { list: Vec::new() };
        match self {
            Self::State(State { fields, .. }) => {
                for field in fields {
                    list.column_or_table(field);
                }
            }
            Self::Config(Config { fields, .. }) => {
                for field in fields {
                    list.field(&field.name, format!("`{}`", field.name), Role::Setting(&field.ty), field.ty.span());
                }
            }
            Self::Durable(Durable { body, .. }) => list.body(body),
            Self::Error(DurableError { variants, .. }) => {
                for error in variants {
                    list.variant(&error.variant);
                }
            }
            Self::Rpc(rpc) => list.block(rpc),
            Self::Route(Route { ident, args, output, .. }) => {
                list.signature(&crate::bare(ident), "", args, output, true);
            }
        }
        list.list
    }
}

struct Places<'a> {
    list: Vec<TypedPlace<'a>>,
}

impl<'a> Places<'a> {
    fn push(&mut self, place: Place, shown: String, role: Role<'a>, span: Span) {
        self.list.push(TypedPlace { place, role, shown, span });
    }

    fn field(&mut self, name: &str, shown: String, role: Role<'a>, span: Span) {
        self.push(Place::Field(name.to_owned()), shown, role, span);
    }

    fn column_or_table(&mut self, Field { name, ty, kind, .. }: &'a Field) {
        let role = match kind {
            FieldKind::Column => Role::Value(ty),
            FieldKind::Json => Role::Json,
            FieldKind::Log { item } => Role::Log { table: ty, item },
            FieldKind::Map { key, value } => Role::Map { table: ty, key, value },
        };
        self.field(name, format!("`{name}`"), role, ty.span());
    }

    fn body(&mut self, body: &'a DurableBody) {
        match body {
            DurableBody::Struct(fields) => self.named(fields, "", ""),
            DurableBody::Newtype(ty) => self.field("0", "the field".to_owned(), Role::Value(ty), ty.span()),
            DurableBody::Tuple(types) => {
                for (place, ty) in types.iter().enumerate() {
                    self.field(&place.to_string(), format!("the field {place}"), Role::Value(ty), ty.span());
                }
            }
            DurableBody::Unit => {}
            DurableBody::UnitEnum(variants) | DurableBody::Enum(variants) => {
                for variant in variants {
                    self.variant(variant);
                }
            }
        }
    }

    /// `wire` and `shown` stand before each name.
    fn named(&mut self, fields: &'a [DurableField], wire: &str, shown: &str) {
        for DurableField { name, ty, json, .. } in fields {
            let role = if *json { Role::Json } else { Role::Value(ty) };
            self.field(&format!("{wire}{name}"), format!("`{shown}{name}`"), role, ty.span());
        }
    }

    fn variant(&mut self, Variant { ident, name, fields, .. }: &'a Variant) {
        match fields {
            Fields::Unit => {}
            Fields::Tuple(types) => {
                for (place, ty) in types.iter().enumerate() {
                    self.field(&format!("{name}.{place}"), format!("`{ident}.{place}`"), Role::Value(ty), ty.span());
                }
            }
            Fields::Named(fields) => self.named(fields, &format!("{name}."), &format!("{ident}.")),
        }
    }

    fn block(&mut self, Rpc { self_ty, methods, .. }: &'a Rpc) {
        self.push(Place::State, "the state".to_owned(), Role::State(self_ty), self_ty.span());
        for method in methods {
            let of = format!(" of `{}`", method.name);
            self.signature(&method.name, &of, &method.args, &method.output, method.kind != MethodKind::Create);
        }
    }

    /// `of` stands behind what a message says. What a `create` returns is the state, which is not sent.
    fn signature(&mut self, name: &str, of: &str, args: &'a [Arg], output: &'a Output, returns: bool) {
        for Arg { name: argument, ty, .. } in args {
            let place = Place::Argument(name.to_owned(), argument.clone());
            self.push(place, format!("the argument `{argument}`{of}"), Role::Value(ty), ty.span());
        }
        let Output { ty, error, fallible: _ } = output;
        if returns {
            self.push(Place::Success(name.to_owned()), format!("the result{of}"), Role::Value(ty), ty.span());
        }
        if let Some(error) = error {
            self.push(Place::Error(name.to_owned()), format!("the error{of}"), Role::Error(error), error.span());
        }
    }
}
