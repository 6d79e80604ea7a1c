//! `wrangler.toml`: the template with what the code says, every environment in full. Wrangler does not inherit bindings,
//! variables and secrets, and what it does inherit (routes, crons) would be taken over from production.

use std::collections::BTreeMap;

use durably_contract::files::app::Lifecycle;
use durably_contract::paths;
use durably_model::Source;
use toml_edit::{Array, ArrayOfTables, InlineTable, Item, Table, TableLike, Value};

use super::{Emit, File, Input};
use crate::app::App;
use crate::template::{DEFAULT_ENVIRONMENT, Template, tables};

const HEAD: &str = "# Generated from wrangler.toml.in by cargo build: edit that file.\n\n";

/// What wrangler reads.
pub(crate) struct Wrangler;

impl Emit for Wrangler {
    fn emit(&self, input: &Input<'_>) -> Result<Vec<File>, Vec<String>> {
        render(input.app, input.template).map(|text| vec![File { path: paths::WRANGLER.into(), text }])
    }
}

/// The file's text, or what the template and the code disagree on.
fn render(app: &App, template: &Template) -> Result<String, Vec<String>> {
    let generated = Generated::of(app, template.lifecycle);
    let mut faults = Vec::new();
    let mut document = template.document.clone();
    let shared = template.document.as_table();
    document.insert("main", toml_edit::value(format!("{}/{}", paths::GENERATED_FOLDER, paths::ENTRY)));
    if template.environments.is_empty() {
        generated.fill(document.as_table_mut(), DEFAULT_ENVIRONMENT, None, "", &mut faults);
    }
    for name in &template.environments {
        let environment = document.get_mut("env").and_then(|env| env.get_mut(name)).and_then(Item::as_table_like_mut);
        if let Some(environment) = environment {
            generated.fill(environment, name, Some(shared), &format!("env.{name}."), &mut faults);
        }
    }
    if !template.environments.is_empty() {
        generated.refuse_shared(shared, &mut faults);
    }
    if faults.is_empty() { Ok(format!("{HEAD}{document}")) } else { Err(faults) }
}

/// What every environment gets.
struct Generated {
    /// Binding and class.
    classes: Vec<(String, String)>,
    namespaces: Vec<String>,
    secrets: Vec<String>,
    /// Optional secrets, which are not required but have their names.
    optional: Vec<String>,
    lifecycle: Lifecycle,
}

impl Generated {
    fn of(app: &App, lifecycle: Lifecycle) -> Self {
        let (secrets, optional) = secrets(app);
        Self {
            classes: app.classes().into_iter().map(|class| (class.binding, class.name)).collect(),
            namespaces: app.settings().into_iter().map(|settings| settings.binding).collect(),
            secrets,
            optional,
            lifecycle,
        }
    }

    /// Writes into one environment; `shared` is the top level that it stands under.
    fn fill(&self, table: &mut dyn TableLike, name: &str, shared: Option<&Table>, at: &str, faults: &mut Vec<String>) {
        if let Some(shared) = shared {
            stop_inheriting(table, shared);
        }
        self.variables(table, name, shared, at, faults);
        self.objects(table);
        self.lifecycle(table);
        for binding in &self.namespaces {
            add_to_list(table, "kv_namespaces", "binding", &[("binding", binding)]);
        }
        if !self.secrets.is_empty()
            && let Some(secrets) = subtable(table, "secrets")
        {
            require(secrets, &self.secrets);
        }
    }

    fn variables(
        &self,
        table: &mut dyn TableLike,
        name: &str,
        shared: Option<&Table>,
        at: &str,
        faults: &mut Vec<String>,
    ) {
        let Some(vars) = subtable(table, "vars") else { return };
        let inherited = shared.and_then(|shared| shared.get("vars")).and_then(Item::as_table_like);
        for (key, value) in inherited.into_iter().flat_map(TableLike::iter) {
            if !vars.contains_key(key) {
                vars.insert(key, value.clone());
            }
        }
        if !vars.contains_key("ENVIRONMENT") {
            vars.insert("ENVIRONMENT", toml_edit::value(name));
        }
        for (key, _) in vars.iter() {
            if let Some(what) = self.owner(key) {
                faults.push(format!("the variable `{at}vars.{key}` has the name of {what}: rename one"));
            }
        }
    }

    /// What already has a name in the Worker's `env`.
    fn owner(&self, name: &str) -> Option<String> {
        if let Some((_, class)) = self.classes.iter().find(|(binding, _)| binding == name) {
            return Some(format!("the binding of the class `{class}`"));
        }
        if self.namespaces.iter().any(|binding| binding == name) {
            return Some("a configuration's binding".into());
        }
        let secret = self.secrets.iter().chain(&self.optional).any(|secret| secret == name);
        secret.then(|| "a secret, which does not belong in a file".into())
    }

    fn objects(&self, table: &mut dyn TableLike) {
        if self.classes.is_empty() {
            return;
        }
        let Some(objects) = subtable(table, "durable_objects") else { return };
        for (binding, class) in &self.classes {
            add_to_list(objects, "bindings", "name", &[("name", binding), ("class_name", class)]);
        }
    }

    fn lifecycle(&self, table: &mut dyn TableLike) {
        if self.classes.is_empty() {
            return;
        }
        match self.lifecycle {
            Lifecycle::Exports => {
                let Some(exports) = subtable(table, "exports") else { return };
                for (_, class) in &self.classes {
                    exports.insert(class, inline(&[("type", "durable-object"), ("storage", "sqlite")]).into());
                }
            }
            Lifecycle::Migrations => {
                let mut first = Table::new();
                first.insert("tag", toml_edit::value("v1"));
                let classes: Array = self.classes.iter().map(|(_, class)| class.as_str()).collect();
                first.insert("new_sqlite_classes", toml_edit::value(classes));
                table.insert("migrations", Item::ArrayOfTables(ArrayOfTables::from_iter([first])));
            }
        }
    }

    /// Namespaces at the top level would reach no environment.
    fn refuse_shared(&self, shared: &Table, faults: &mut Vec<String>) {
        for table in shared.get("kv_namespaces").into_iter().flat_map(tables) {
            let binding = table.get("binding").and_then(Item::as_str).unwrap_or_default();
            if self.namespaces.iter().any(|known| known == binding) {
                faults.push(format!(
                    "`kv_namespaces` has `{binding}` at the top level, which no environment inherits: write \
                     `[[env.<name>.kv_namespaces]]` in each that has an id"
                ));
            }
        }
    }
}

/// Names of required and of optional secrets, each sorted.
pub(crate) fn secrets(app: &App) -> (Vec<String>, Vec<String>) {
    let mut all: BTreeMap<String, bool> = BTreeMap::new();
    for settings in app.settings() {
        for field in &settings.config.fields {
            if let Source::Secret { name, optional } = &field.source {
                *all.entry(name.clone()).or_default() |= !optional;
            }
        }
    }
    let named =
        |wanted: bool| all.iter().filter(|(_, required)| **required == wanted).map(|(name, _)| name.clone()).collect();
    (named(true), named(false))
}

/// Routes and crons of the top level are inherited: what an environment does not have, it says.
fn stop_inheriting(table: &mut dyn TableLike, shared: &Table) {
    if !table.contains_key("routes") && !table.contains_key("route") {
        table.insert("routes", toml_edit::value(Array::new()));
    }
    let crons = shared.get("triggers").is_some_and(|triggers| triggers.get("crons").is_some());
    if crons && !table.contains_key("triggers") {
        let mut none = InlineTable::new();
        none.insert("crons", Array::new().into());
        table.insert("triggers", toml_edit::value(none));
    }
}

fn require(secrets: &mut dyn TableLike, names: &[String]) {
    let mut list = secrets.get("required").and_then(Item::as_array).cloned().unwrap_or_default();
    for name in names {
        if !list.iter().any(|known| known.as_str() == Some(name)) {
            list.push(name.as_str());
        }
    }
    secrets.insert("required", toml_edit::value(list));
}

/// The table under a key, made if it isn't there.
fn subtable<'a>(table: &'a mut dyn TableLike, key: &str) -> Option<&'a mut dyn TableLike> {
    if !table.get(key).is_some_and(Item::is_table_like) {
        table.insert(key, Item::Table(Table::new()));
    }
    table.get_mut(key)?.as_table_like_mut()
}

/// Adds a table to a list of tables, in the form that the list has, unless the template has one of this name.
fn add_to_list(table: &mut dyn TableLike, key: &str, name: &str, entries: &[(&str, &String)]) {
    let known = table.get(key).into_iter().flat_map(tables);
    if known.into_iter().any(|known| known.get(name).and_then(Item::as_str) == entries.first().map(|(_, v)| v.as_str()))
    {
        return;
    }
    let entries: Vec<(&str, &str)> = entries.iter().map(|(key, value)| (*key, value.as_str())).collect();
    match table.get_mut(key) {
        Some(Item::ArrayOfTables(list)) => {
            let mut table = Table::new();
            for (key, value) in entries {
                table.insert(key, toml_edit::value(value));
            }
            list.push(table);
        }
        Some(Item::Value(Value::Array(list))) => push_line(list, inline(&entries)),
        _ => {
            let mut list = Array::new();
            push_line(&mut list, inline(&entries));
            table.insert(key, toml_edit::value(list));
        }
    }
}

/// One element a line.
fn push_line(list: &mut Array, mut value: Value) {
    value.decor_mut().set_prefix("\n    ");
    list.push_formatted(value);
    list.set_trailing("\n");
    list.set_trailing_comma(true);
}

fn inline(entries: &[(&str, &str)]) -> Value {
    let table: InlineTable = entries.iter().map(|(key, value)| (*key, Value::from(*value))).collect();
    Value::InlineTable(table)
}
