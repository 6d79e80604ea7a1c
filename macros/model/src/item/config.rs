//! `#[kv_config]`: what operators change without a deploy.

use proc_macro2::{Ident, TokenStream};
use syn::{Expr, Item, ItemStruct};

use crate::{
    Errors, bare,
    check::{bounds, rules},
    contract::names,
    item::{hash::ItemHash, keys},
    pipeline::Annotated,
    syntax::{
        attribute::{Bare, Found, Table},
        strip,
        types::{self, Position},
    },
};

/// A checked `#[kv_config]` struct.
#[derive(Debug)]
pub struct Config {
    /// The struct's name; the document's key in KV is its `snake_case`.
    pub ident: Ident,
    /// As written.
    pub vis: syn::Visibility,
    /// In declaration order.
    pub fields: Vec<ConfigField>,
    /// The doc comment.
    pub doc: String,
    /// Hash of the struct's own tokens: see [`crate::contract::decl`].
    pub item_hash: u64,
    /// The struct as the user wrote it, without durably's attributes.
    pub item: syn::ItemStruct,
}

/// One setting.
#[derive(Debug)]
pub struct ConfigField {
    /// As written.
    pub ident: Ident,
    /// The name in the document: the identifier without `r#`.
    pub name: String,
    /// As written.
    pub ty: syn::Type,
    /// Where the value comes from.
    pub source: Source,
    /// The doc comment.
    pub doc: String,
}

/// Where a setting's value comes from.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // a few dozen live for one build; boxes would be in every reader's way
pub enum Source {
    /// KV, else the environment's variable, else the default.
    Document {
        /// Absent: the setting is required, unless its type is an `Option`.
        default: Option<syn::Expr>,
        /// Name of the environment's variable.
        env: Option<String>,
        /// The smallest value, or the fewest characters.
        min: Option<Bound>,
        /// The greatest value, or the most characters.
        max: Option<Bound>,
        /// Whether the type is written `Option<…>`.
        optional: bool,
    },
    /// `#[config(secret = "NAME")]`, of type `Secret<String>` or `Option<Secret<String>>`.
    Secret {
        /// The secret's name in the environment.
        name: String,
        /// Whether the type is written `Option<…>`.
        optional: bool,
    },
}

/// An inclusive bound: on the value of a number, on the characters of a text, on the items of a list.
#[derive(Debug, Clone)]
pub struct Bound {
    /// As written, sign included.
    pub tokens: TokenStream,
    /// The value, for checks at build time.
    pub value: f64,
}

impl Annotated for Config {
    type Item = ItemStruct;
    type Read = Vec<ConfigField>;

    fn item(item: Item) -> syn::Result<ItemStruct> {
        match item {
            Item::Struct(item) => Ok(item),
            other => Err(rules::wrong_item(&other, EXPECTED)),
        }
    }

    fn read(errors: &mut Errors, arguments: TokenStream, item: &ItemStruct) -> Vec<ConfigField> {
        Table::of_arguments(errors, arguments, &keys::CONFIG).refuse_texts(errors);
        let mut names = Names::new(&item.ident);
        rules::named_fields(&item.fields).filter_map(|field| read_field(errors, &mut names, field)).collect()
    }

    fn check(errors: &mut Errors, fields: &Vec<ConfigField>, item: &ItemStruct) {
        check_item(errors, item);
        rules::named_fields(&item.fields).for_each(|field| check_field(errors, field));
        for ConfigField { ty, source, .. } in fields {
            match source {
                Source::Document { .. } => types::check(errors, ty, Position::Field),
                Source::Secret { .. } => {} // its form was read
            }
        }
    }

    fn make(fields: Vec<ConfigField>, mut item: ItemStruct) -> Option<Self> {
        strip::strip_struct(&mut item);
        let (ident, vis, doc) = (item.ident.clone(), item.vis.clone(), rules::doc(&item.attrs));
        let mut config = Self { ident, vis, fields, doc, item_hash: 0, item };
        config.item_hash = ItemHash::of(&config);
        Some(config)
    }
}

fn check_item(errors: &mut Errors, item: &ItemStruct) {
    rules::refuse_generics(errors, &item.generics, "a configuration");
    rules::refuse_serde(errors, &item.attrs);
    rules::check_own_prefix(errors, &item.ident);
    rules::refuse_helpers(errors, &item.attrs, &[], "attributes of a configuration stand on its fields");
    rules::refuse_derives(
        errors,
        &item.attrs,
        &["Durable"],
        "a configuration is loaded from its store and never sent: return a type of your own from a route",
    );
    match &item.fields {
        syn::Fields::Named(named) if named.named.is_empty() => {
            errors.at(&item.ident, "a configuration without fields holds nothing: add a field");
        }
        syn::Fields::Named(_) => {}
        syn::Fields::Unnamed(_) | syn::Fields::Unit => {
            errors.at(&item.ident, format!("{EXPECTED}; this one's fields have no names"));
        }
    }
}

fn check_field(errors: &mut Errors, field: &syn::Field) {
    rules::refuse_cfg(errors, &field.attrs, "a setting", "keep it, and give it another value where it differs");
    rules::refuse_serde(errors, &field.attrs);
    rules::refuse_default_value(errors, field, keys::SETTING.attribute);
    rules::refuse_helpers(errors, &field.attrs, &[keys::SETTING.attribute], "a setting takes `#[config(…)]`");
    field.ident.iter().for_each(|ident| rules::check_field_name(errors, ident));
}

const EXPECTED: &str = "`#[kv_config]` goes on a struct with named fields, which are the settings: \
                        `struct AppConfig { model: String }`";

fn read_field(errors: &mut Errors, names: &mut Names, field: &syn::Field) -> Option<ConfigField> {
    let ident = field.ident.clone()?;
    let mut table = Table::read(errors, &field.attrs, &keys::SETTING, Bare::Refused);
    table.refuse_texts(errors);
    let source = if table.has("secret") {
        read_secret(errors, names, &mut table, &field.ty)
    } else {
        Some(read_document(errors, names, &mut table, &field.ty))
    };
    let doc = rules::doc(&field.attrs);
    Some(ConfigField { name: bare(&ident), ident, ty: field.ty.clone(), source: source?, doc })
}

fn read_secret(errors: &mut Errors, names: &mut Names, table: &mut Table, ty: &syn::Type) -> Option<Source> {
    for other in keys::SETTING.keys.iter().filter(|key| **key != "secret") {
        if let Some(found) = table.optional(other) {
            errors.at(&found.key, format!("`{other}` conflicts with `secret`: a secret comes from secrets only"));
        }
    }
    let inner = types::only_argument(ty, "Option");
    let secret = types::only_argument(inner.unwrap_or(ty), "Secret");
    if !secret.is_some_and(|held| types::is_named(held, "String")) {
        errors.at(ty, "a secret is a text that is never printed: write `Secret<String>` or `Option<Secret<String>>`");
    }
    let name = table.text(errors, "secret", "API_KEY")?;
    Some(Source::Secret { name: names.take(errors, "secret", &name)?, optional: inner.is_some() })
}

fn read_document(errors: &mut Errors, names: &mut Names, table: &mut Table, ty: &syn::Type) -> Source {
    // What could not be read may have been the secret's name.
    if let Some(secret) = find_secret(ty).filter(|_| table.read_well) {
        errors.at(secret, "a `Secret` comes from secrets: add `#[config(secret = \"NAME\")]`, or write another type");
    }
    let env = table.text(errors, "env", "MODEL").and_then(|found| names.take(errors, "env", &found));
    let inner = types::only_argument(ty, "Option");
    let default = table.expr(errors, "default", "…");
    if let (Some(Found { key, .. }), Some(_)) = (&default, inner) {
        errors.at(key, "a setting with a default always has a value: drop the `Option`, or the default");
    }
    let (min, max) = bounds::read(errors, table, inner.unwrap_or(ty), default.as_ref().map(|found| &found.value));
    let default: Option<Expr> = default.map(|found| found.value);
    Source::Document { default, env, min, max, optional: inner.is_some() }
}

fn find_secret(ty: &syn::Type) -> Option<&syn::Type> {
    if types::is_named(ty, "Secret") {
        return Some(ty);
    }
    types::arguments(ty).into_iter().find_map(find_secret)
}

/// Names of variables and secrets, which share one space with the bindings.
struct Names {
    taken: Vec<(String, String)>,
}

impl Names {
    fn new(ident: &Ident) -> Self {
        Self { taken: vec![(names::binding(&bare(ident)), "the configuration's own KV binding".to_owned())] }
    }

    fn take(&mut self, errors: &mut Errors, key: &str, found: &Found<syn::LitStr>) -> Option<String> {
        let name = found.value.value();
        let upper = |c: char| c.is_ascii_uppercase();
        if !name.starts_with(upper) || !name.chars().all(|c| upper(c) || c.is_ascii_digit() || c == '_') {
            errors.at(
                &found.value,
                format!(
                    "{name:?} is no name of a variable: capital letters, digits and `_`, as in `{key} = \"API_KEY\"`"
                ),
            );
            return None;
        }
        if let Some((_, owner)) = self.taken.iter().find(|(taken, _)| *taken == name) {
            errors.at(&found.value, format!("`{name}` is {owner} already: choose another name"));
            return None;
        }
        self.taken.push((name.clone(), format!("another field's `{key}`")));
        Some(name)
    }
}
