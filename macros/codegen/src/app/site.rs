//! The types that an item names, in the order of `FIELDS` in `docs/formats.md`.

use durably_model::{Arg, DurableBody, DurableField, FieldKind, Fields, MethodKind, Output, Route, Variant, bare};

use crate::resolve::ty::Ty;
use crate::resolve::{Resolver, Trouble};
use crate::scan::Model;
use durably_contract::files::Target;

/// Where in an item a type stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Site {
    /// As [`Target::Field`] names it.
    Field(String),
    /// The state of an RPC block.
    State,
    Argument(String, String),
    Success(String),
    Error(String),
}

impl Site {
    pub(crate) fn target(&self) -> Target {
        match self {
            Self::Field(name) => Target::Field(name.clone()),
            Self::State => Target::Item(()),
            Self::Argument(method, argument) => Target::Argument(method.clone(), argument.clone()),
            Self::Success(method) | Self::Error(method) => Target::Method(method.clone()),
        }
    }
}

/// Whether the type there may be stored through serde instead.
pub(crate) fn may_be_json(model: &Model, site: &Site) -> bool {
    matches!(site, Site::Field(_)) && matches!(model, Model::State(_) | Model::Durable(_))
}

pub(crate) type Types = Vec<(Site, Result<Ty, Trouble>)>;

/// The types that an item names, in the order of `FIELDS`.
pub(crate) fn types(model: &Model, resolver: Resolver<'_>, module: usize) -> Types {
    let mut list = Lister { resolver, module, types: Vec::new() };
    match model {
        Model::State(state) => {
            for field in &state.fields {
                list.field(field.name.clone(), &field.ty, matches!(field.kind, FieldKind::Json));
            }
        }
        Model::Config(config) => {
            config.fields.iter().for_each(|field| list.field(field.name.clone(), &field.ty, false));
        }
        Model::Durable(durable) => match &durable.body {
            DurableBody::Struct(fields) => list.named(fields, ""),
            DurableBody::Newtype(ty) => list.field("0".into(), ty, false),
            DurableBody::Tuple(types) => list.tuple(types, ""),
            DurableBody::Unit => {}
            DurableBody::UnitEnum(variants) | DurableBody::Enum(variants) => {
                for variant in variants {
                    list.variant(variant);
                }
            }
        },
        Model::Error(error) => error.variants.iter().for_each(|error| list.variant(&error.variant)),
        Model::Rpc(rpc) => {
            list.types.push((Site::State, resolver.item(module, &rpc.self_ty).map(Ty::Item)));
            for method in &rpc.methods {
                list.signature(&method.name, &method.args, &method.output, method.kind != MethodKind::Create);
            }
        }
        Model::Route(Route { ident, args, output, .. }) => list.signature(&bare(ident), args, output, true),
    }
    list.types
}

struct Lister<'a> {
    resolver: Resolver<'a>,
    module: usize,
    types: Types,
}

impl Lister<'_> {
    fn push(&mut self, site: Site, ty: &syn::Type) {
        self.types.push((site, self.resolver.ty(self.module, ty)));
    }

    fn field(&mut self, name: String, ty: &syn::Type, json: bool) {
        if json {
            self.types.push((Site::Field(name), Ok(Ty::JSON)));
        } else {
            self.push(Site::Field(name), ty);
        }
    }

    fn named(&mut self, fields: &[DurableField], prefix: &str) {
        for field in fields {
            self.field(format!("{prefix}{}", field.name), &field.ty, field.json);
        }
    }

    fn tuple(&mut self, types: &[syn::Type], prefix: &str) {
        types.iter().enumerate().for_each(|(place, ty)| self.field(format!("{prefix}{place}"), ty, false));
    }

    fn variant(&mut self, variant: &Variant) {
        let prefix = format!("{}.", variant.name);
        match &variant.fields {
            Fields::Unit => {}
            Fields::Tuple(types) => self.tuple(types, &prefix),
            Fields::Named(fields) => self.named(fields, &prefix),
        }
    }

    fn signature(&mut self, name: &str, args: &[Arg], output: &Output, success: bool) {
        for arg in args {
            self.push(Site::Argument(name.to_owned(), arg.name.clone()), &arg.ty);
        }
        if success {
            self.push(Site::Success(name.to_owned()), &output.ty);
        }
        if let Some(error) = &output.error {
            self.push(Site::Error(name.to_owned()), error);
        }
    }
}
