//! `.durably/migrations.json`: what is stored and called, at revision 1. Described in `docs/formats.md`.

use durably_contract::files::text;
use durably_contract::paths;
use durably_model::{Arg, DurableBody, DurableField, Fields, MethodKind, Model, Place, Source, Variant};
use serde::Serialize;

use super::{Emit, File, Input};
use crate::app::{App, Class, Item, Settings};
use crate::emit::tables::{Table, shape, tables};

#[derive(Serialize)]
struct Content {
    /// Of this file's own format.
    format: u32,
    revision: u32,
    classes: Vec<ClassEntry>,
    types: Vec<TypeEntry>,
    configurations: Vec<ConfigEntry>,
}

#[derive(Serialize)]
struct ClassEntry {
    class: String,
    binding: String,
    storage: &'static str,
    /// Of the stored shape.
    hash: String,
    tables: Vec<Table>,
    methods: Vec<MethodEntry>,
}

#[derive(Serialize)]
struct MethodEntry {
    name: String,
    /// Its number in a call.
    index: usize,
    public: bool,
    kind: &'static str,
    arguments: Vec<NamedType>,
    /// Absent for a create.
    #[serde(skip_serializing_if = "Option::is_none")]
    success: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

#[derive(Serialize)]
struct NamedType {
    name: String,
    #[serde(rename = "type")]
    ty: String,
}

#[derive(Serialize)]
struct TypeEntry {
    /// Path below the crate.
    #[serde(rename = "type")]
    ty: String,
    shape: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<Vec<NamedType>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    variants: Option<Vec<VariantEntry>>,
}

#[derive(Serialize)]
struct VariantEntry {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    fields: Vec<NamedType>,
}

#[derive(Serialize)]
struct ConfigEntry {
    configuration: String,
    binding: String,
    key: String,
    fields: Vec<SettingEntry>,
}

#[derive(Serialize)]
struct SettingEntry {
    name: String,
    #[serde(rename = "type")]
    ty: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    env: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<String>,
}

/// The manifest.
pub(crate) struct Manifest;

impl Emit for Manifest {
    fn emit(&self, input: &Input<'_>) -> Result<Vec<File>, Vec<String>> {
        Ok(vec![File::generated(paths::MANIFEST, text(&manifest(input.app)))])
    }
}

fn manifest(app: &App) -> Content {
    let mut types: Vec<TypeEntry> = app.items.iter().filter_map(|item| type_entry(app, item)).collect();
    types.sort_by(|a, b| a.ty.cmp(&b.ty));
    Content {
        format: 1,
        revision: 1,
        classes: app.classes().iter().map(|class| class_entry(app, class)).collect(),
        types,
        configurations: app.settings().iter().map(|settings| config_entry(app, settings)).collect(),
    }
}

fn class_entry(app: &App, class: &Class<'_>) -> ClassEntry {
    let methods = class.rpc.map_or_else(Vec::new, |(item, rpc)| {
        let entry = |(index, method): (usize, &durably_model::Method)| {
            let success = Place::Success(method.name.clone());
            let error = Place::Error(method.name.clone());
            MethodEntry {
                name: method.name.clone(),
                index,
                public: method.public,
                kind: kind(method.kind),
                arguments: arguments(app, item, &method.name, &method.args),
                success: item.has(&success).then(|| app.type_name(item.ty(&success))),
                error: item.has(&error).then(|| app.type_name(item.ty(&error))),
            }
        };
        rpc.methods.iter().enumerate().map(entry).collect()
    });
    let tables = tables(app, class.item, &class.state.fields);
    ClassEntry {
        class: class.name.clone(),
        binding: class.binding.clone(),
        storage: "sqlite",
        hash: format!("{:016x}", shape(&tables)),
        tables,
        methods,
    }
}

fn kind(kind: MethodKind) -> &'static str {
    match kind {
        MethodKind::Create => "create",
        MethodKind::Read => "read",
        MethodKind::Write => "write",
        MethodKind::Async => "async",
    }
}

fn arguments(app: &App, item: &Item, method: &str, args: &[Arg]) -> Vec<NamedType> {
    let site = |arg: &Arg| Place::Argument(method.to_owned(), arg.name.clone());
    args.iter().map(|arg| NamedType { name: arg.name.clone(), ty: app.type_name(item.ty(&site(arg))) }).collect()
}

fn type_entry(app: &App, item: &Item) -> Option<TypeEntry> {
    let (shape, fields, variants) = match &item.found.model {
        Model::Durable(durable) => match &durable.body {
            DurableBody::Struct(fields) => ("struct", Some(named(app, item, fields, "")), None),
            DurableBody::Newtype(_) => ("newtype", Some(tuple(app, item, 1, "")), None),
            DurableBody::Tuple(types) => ("tuple", Some(tuple(app, item, types.len(), "")), None),
            DurableBody::Unit => ("unit", None, None),
            DurableBody::UnitEnum(list) | DurableBody::Enum(list) => {
                ("enum", None, Some(list.iter().map(|variant| variant_entry(app, item, variant, None)).collect()))
            }
        },
        Model::Error(error) => {
            let list = error.variants.iter();
            let list = list.map(|error| variant_entry(app, item, &error.variant, Some(error.status)));
            ("error", None, Some(list.collect()))
        }
        Model::State(_) | Model::Rpc(_) | Model::Config(_) | Model::Route(_) => return None, // have lists of their own
    };
    Some(TypeEntry { ty: item.path(), shape, fields, variants })
}

fn variant_entry(app: &App, item: &Item, variant: &Variant, status: Option<u16>) -> VariantEntry {
    let prefix = format!("{}.", variant.name);
    let fields = match &variant.fields {
        Fields::Unit => Vec::new(),
        Fields::Tuple(types) => tuple(app, item, types.len(), &prefix),
        Fields::Named(fields) => named(app, item, fields, &prefix),
    };
    VariantEntry { name: variant.name.clone(), status, fields }
}

fn named(app: &App, item: &Item, fields: &[DurableField], prefix: &str) -> Vec<NamedType> {
    let entry = |field: &DurableField| NamedType {
        name: field.name.clone(),
        ty: app.type_name(item.field(&format!("{prefix}{}", field.name))),
    };
    fields.iter().map(entry).collect()
}

fn tuple(app: &App, item: &Item, length: usize, prefix: &str) -> Vec<NamedType> {
    let entry = |place: usize| NamedType {
        name: place.to_string(),
        ty: app.type_name(item.field(&format!("{prefix}{place}"))),
    };
    (0..length).map(entry).collect()
}

fn config_entry(app: &App, settings: &Settings<'_>) -> ConfigEntry {
    let fields = settings.config.fields.iter().map(|field| {
        let ty = app.type_name(settings.item.field(&field.name));
        let bound = |bound: &Option<durably_model::Bound>| bound.as_ref().map(|bound| bound.value.to_string());
        match &field.source {
            Source::Document { env, min, max, .. } => SettingEntry {
                name: field.name.clone(),
                ty,
                secret: None,
                env: env.clone(),
                min: bound(min),
                max: bound(max),
            },
            Source::Secret { name, .. } => SettingEntry {
                name: field.name.clone(),
                ty,
                secret: Some(name.clone()),
                env: None,
                min: None,
                max: None,
            },
        }
    });
    ConfigEntry {
        configuration: settings.name.clone(),
        binding: settings.binding.clone(),
        key: settings.key.clone(),
        fields: fields.collect(),
    }
}
