//! `wrangler.toml.in`: what a person writes. Bindings, lifecycle and entry point are ours to write.

pub(crate) mod scalar;
pub(crate) mod value;

use std::path::{Path, PathBuf};

use durably_contract::files::app::Lifecycle;
use durably_contract::paths;
use toml_edit::{DocumentMut, Item, TableLike};

/// The environment of a template that has none.
pub(crate) const DEFAULT_ENVIRONMENT: &str = "default";

/// A template that was read and holds nothing that is generated.
#[derive(Debug)]
pub(crate) struct Template {
    /// Without the `[durably]` table.
    pub(crate) document: DocumentMut,
    pub(crate) name: String,
    /// In the order in which they are written; empty if bindings stand at the top level.
    pub(crate) environments: Vec<String>,
    pub(crate) lifecycle: Lifecycle,
    /// `[durably.seeds]`.
    pub(crate) seeds: Item,
}

/// The nearest template, in this folder or above it.
pub(crate) fn find(from: &Path) -> Option<PathBuf> {
    from.ancestors().map(|folder| folder.join(paths::TEMPLATE)).find(|path| path.is_file())
}

impl Template {
    /// Reads a template, or says everything that is wrong with it.
    pub(crate) fn read(text: &str) -> Result<Self, Vec<String>> {
        let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| vec![error.to_string()])?;
        let mut faults = Vec::new();
        let name = required(&document, "name", &mut faults);
        required(&document, "compatibility_date", &mut faults);
        let environments = environments(&document, &mut faults);
        hand_written(document.as_table(), "", &mut faults);
        for environment in &environments {
            if let Some(table) = document["env"][environment.as_str()].as_table_like() {
                hand_written(table, &format!("env.{environment}."), &mut faults);
                if table.contains_key("route") && document.contains_key("routes") {
                    faults.push(format!(
                        "`env.{environment}.route` has no effect, because the top level's `routes` is inherited and \
                         comes first: write `routes = [\"…\"]` in the environment"
                    ));
                }
            }
        }
        let (lifecycle, seeds) = own_table(document.remove("durably"), &mut faults);
        if faults.is_empty() { Ok(Self { document, name, environments, lifecycle, seeds }) } else { Err(faults) }
    }

    /// The environments, or the one name under which a template without any is known.
    pub(crate) fn environment_names(&self) -> Vec<String> {
        if self.environments.is_empty() { vec![DEFAULT_ENVIRONMENT.to_owned()] } else { self.environments.clone() }
    }

    /// The keys of an environment.
    pub(crate) fn environment(&self, name: &str) -> Option<&dyn TableLike> {
        if self.environments.is_empty() {
            return Some(self.document.as_table());
        }
        self.document.get("env")?.get(name)?.as_table_like()
    }

    /// A variable as an environment has it; those of the top level count for all.
    pub(crate) fn variable(&self, environment: &str, name: &str) -> Option<&Item> {
        let own = self.environment(environment).and_then(|table| table.get("vars"));
        let shared = self.document.get("vars");
        [own, shared].into_iter().flatten().find_map(|vars| vars.as_table_like()?.get(name))
    }
}

fn required(document: &DocumentMut, key: &str, faults: &mut Vec<String>) -> String {
    match document.get(key).and_then(Item::as_str) {
        Some(text) if !text.is_empty() => text.to_owned(),
        _ => {
            faults.push(format!("`{key} = \"…\"` is missing at the top"));
            String::new()
        }
    }
}

fn environments(document: &DocumentMut, faults: &mut Vec<String>) -> Vec<String> {
    let Some(environments) = document.get("env") else { return Vec::new() };
    let Some(environments) = environments.as_table_like() else {
        faults.push("`env` has to be a table of environments, `[env.dev]`".into());
        return Vec::new();
    };
    let mut names = Vec::new();
    for (name, environment) in environments.iter() {
        if environment.is_table_like() {
            names.push(name.to_owned());
        } else {
            faults.push(format!("`env.{name}` has to be a table, `[env.{name}]`"));
        }
    }
    names
}

/// What the template may not contain, because a second author of it would win or lose unnoticed.
fn hand_written(table: &dyn TableLike, at: &str, faults: &mut Vec<String>) {
    for key in ["main", "migrations"] {
        if table.contains_key(key) {
            faults.push(format!("`{at}{key}` is generated from the code: remove it"));
        }
    }
    for (class, export) in table.get("exports").and_then(Item::as_table_like).into_iter().flat_map(TableLike::iter) {
        if export.get("type").and_then(Item::as_str) == Some("durable-object") {
            faults.push(format!("`{at}exports.{class}` is generated from the code: remove it"));
        }
    }
    let bindings = table.get("durable_objects").and_then(|objects| objects.get("bindings"));
    for binding in bindings.into_iter().flat_map(tables) {
        // A class of another Worker is not ours to know.
        if !binding.contains_key("script_name") {
            let name = binding.get("name").and_then(Item::as_str).unwrap_or("?");
            faults.push(format!(
                "`{at}durable_objects.bindings` has `{name}`, which is generated from the code: remove it (a class of \
                 another Worker has `script_name`)"
            ));
        }
    }
}

/// The tables of an array, whichever way it is written.
pub(crate) fn tables(item: &Item) -> Vec<&dyn TableLike> {
    match item {
        Item::ArrayOfTables(array) => array.iter().map(|table| table as &dyn TableLike).collect(),
        Item::Value(toml_edit::Value::Array(array)) => {
            array.iter().filter_map(|value| value.as_inline_table()).map(|table| table as &dyn TableLike).collect()
        }
        _ => Vec::new(),
    }
}

fn own_table(own: Option<Item>, faults: &mut Vec<String>) -> (Lifecycle, Item) {
    let (mut lifecycle, mut seeds) = (Lifecycle::Exports, Item::None);
    let Some(own) = own else { return (lifecycle, seeds) };
    let Some(table) = own.as_table_like() else {
        faults.push("`durably` has to be a table, `[durably]`".into());
        return (lifecycle, seeds);
    };
    for (key, value) in table.iter() {
        match (key, value.as_str()) {
            ("seeds", _) => seeds = value.clone(),
            ("lifecycle", Some("exports")) => {}
            ("lifecycle", Some("migrations")) => lifecycle = Lifecycle::Migrations,
            ("lifecycle", _) => faults.push(format!(
                "`durably.lifecycle` is {}: it can be \"exports\" (the default) or \"migrations\"",
                value.to_string().trim()
            )),
            _ => faults.push(format!("`durably.{key}` is unknown: `[durably]` has `lifecycle` and `seeds`")),
        }
    }
    (lifecycle, seeds)
}
