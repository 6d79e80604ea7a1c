//! Initial configuration: `[durably.seeds.<env>.<Config>]`, checked against the code, written for `wrangler kv bulk put`.

use durably_contract::files::text;
use durably_contract::{names, paths};
use durably_model::{ConfigField, Source};
use serde::Serialize;
use toml_edit::{Item, TableLike};

use super::{Emit, File, Input};
use crate::app::{App, Settings};
use crate::listed;
use crate::template::Template;
use crate::template::value;

/// One file.
#[derive(Debug)]
pub(crate) struct Seed {
    pub(crate) environment: String,
    pub(crate) binding: String,
    pub(crate) text: String,
}

impl Seed {
    /// Below `.durably`, with forward slashes.
    pub(crate) fn path(&self) -> String {
        paths::seed(&self.environment, &self.binding)
    }
}

/// A file for each namespace of each environment.
pub(crate) struct Seeds;

impl Emit for Seeds {
    fn emit(&self, input: &Input<'_>) -> Result<Vec<File>, Vec<String>> {
        Ok(input.seeds.iter().map(|seed| File::generated(seed.path(), seed.text.clone())).collect())
    }
}

/// As `wrangler kv bulk put` reads it.
#[derive(Serialize)]
struct Entry<'a> {
    key: &'a str,
    value: String,
}

/// The seeds of all environments, or what is wrong with them and with the variables that settings read.
pub(crate) fn seeds(app: &App, template: &Template) -> Result<Vec<Seed>, Vec<String>> {
    let mut faults = Vec::new();
    let mut seeds = Vec::new();
    let settings = app.settings();
    check_variables(app, template, &settings, &mut faults);
    let names = template.environment_names();
    for (environment, _) in tables(Some(&template.seeds), "durably.seeds", &mut faults) {
        if !names.iter().any(|name| name == environment) {
            let known = listed(&names);
            faults.push(format!(
                "`durably.seeds.{environment}` is for an environment that does not exist; there are {known}"
            ));
            continue;
        }
        let at = format!("durably.seeds.{environment}");
        for (name, document) in tables(template.seeds.get(environment), &at, &mut faults) {
            let at = format!("{at}.{name}");
            let Some(settings) = settings.iter().find(|settings| settings.name == name) else {
                let known = listed(settings.iter().map(|settings| settings.name.as_str()));
                faults.push(format!("`{at}` is for no `#[kv_config]` of this crate; there are {known}"));
                continue;
            };
            let document = Document { app, template, settings, environment, at, faults: &mut faults }.check(document);
            if let Some(value) = document {
                // The last good copy as well: should the document be damaged before anybody changed it, this one is read.
                let last_good = names::last_good_key(&settings.key);
                let entries = [Entry { key: &settings.key, value: value.clone() }, Entry { key: &last_good, value }];
                let (environment, binding) = (environment.to_owned(), settings.binding.clone());
                seeds.push(Seed { environment, binding, text: text(&entries) });
            }
        }
    }
    seeds.sort_by(|a, b| (&a.environment, &a.binding).cmp(&(&b.environment, &b.binding)));
    if faults.is_empty() { Ok(seeds) } else { Err(faults) }
}

fn tables<'a>(item: Option<&'a Item>, at: &str, faults: &mut Vec<String>) -> Vec<(&'a str, &'a dyn TableLike)> {
    let Some(item) = item.filter(|item| !item.is_none()) else { return Vec::new() };
    let Some(table) = item.as_table_like() else {
        faults.push(format!("`{at}` has to be a table"));
        return Vec::new();
    };
    let mut list = Vec::new();
    for (name, value) in table.iter() {
        match value.as_table_like() {
            Some(value) => list.push((name, value)),
            None => faults.push(format!("`{at}.{name}` has to be a table")),
        }
    }
    list
}

struct Document<'a> {
    app: &'a App,
    template: &'a Template,
    settings: &'a Settings<'a>,
    environment: &'a str,
    at: String,
    faults: &'a mut Vec<String>,
}

impl Document<'_> {
    /// The document as JSON, its fields in the order of the struct.
    fn check(&mut self, document: &dyn TableLike) -> Option<String> {
        let before = self.faults.len();
        for (name, _) in document.iter() {
            self.known(name);
        }
        let mut members = Vec::new();
        for field in &self.settings.config.fields {
            match (document.get(&field.name), &field.source) {
                (Some(item), Source::Document { .. }) => match self.value(field, item) {
                    Ok(value) => members.push(format!("{}:{value}", value::text(&field.name))),
                    Err(fault) => self.faults.push(format!("`{}.{}` {fault}", self.at, field.name)),
                },
                (None, Source::Document { default: None, optional: false, env, .. })
                    if !self.has_variable(env.as_ref())
                        && !value::may_be_absent(self.app, self.settings.item.field(&field.name)) =>
                {
                    self.faults.push(format!("`{}` lacks `{}`, which has no default", self.at, field.name));
                }
                _ => {} // absent, or a secret, which was refused above
            }
        }
        (self.faults.len() == before).then(|| format!("{{{}}}", members.join(",")))
    }

    fn known(&mut self, name: &str) {
        let at = &self.at;
        match self.settings.config.fields.iter().find(|field| field.name == name).map(|field| &field.source) {
            Some(Source::Document { .. }) => {}
            Some(Source::Secret { name: secret, .. }) => self.faults.push(format!(
                "`{at}.{name}` is a secret and does not belong in a file: it is read from the secret `{secret}`"
            )),
            None => {
                let fields = self.settings.config.fields.iter();
                let known = fields.filter(|field| matches!(field.source, Source::Document { .. }));
                let known = listed(known.map(|field| field.name.as_str()));
                self.faults.push(format!("`{at}.{name}` is no field of `{}`; there are {known}", self.settings.name));
            }
        }
    }

    fn value(&self, field: &ConfigField, item: &Item) -> Result<String, String> {
        let value = item.clone().into_value().map_err(|_| "has no value".to_owned())?;
        let ty = self.settings.item.field(&field.name);
        let json = value::json(self.app, ty, &value)?;
        within(field, value::measure(ty, &value))?;
        Ok(json)
    }

    fn has_variable(&self, name: Option<&String>) -> bool {
        name.is_some_and(|name| self.template.variable(self.environment, name).is_some())
    }
}

/// Variables that a setting reads have to be what the setting takes.
fn check_variables(app: &App, template: &Template, settings: &[Settings<'_>], faults: &mut Vec<String>) {
    for environment in template.environment_names() {
        for settings in settings {
            for field in &settings.config.fields {
                let Source::Document { env: Some(name), .. } = &field.source else { continue };
                let Some(value) = template.variable(&environment, name) else { continue };
                // A table is written in its own lines or in one.
                let Ok(value) = value.clone().into_value() else { continue };
                let value = &value;
                let ty = settings.item.field(&field.name);
                let checked = value::variable(app, ty, value).and_then(|measure| within(field, measure));
                if let Err(fault) = checked {
                    let (config, field) = (&settings.name, &field.name);
                    faults.push(format!(
                        "the variable `{name}` of environment `{environment}`, read by `{config}.{field}`, {fault}"
                    ));
                }
            }
        }
    }
}

fn within(field: &ConfigField, measure: Option<value::Measure>) -> Result<(), String> {
    let (Source::Document { min, max, .. }, Some(measure)) = (&field.source, measure) else { return Ok(()) };
    let (amount, unit) = match measure {
        value::Measure::Number(number) => (number, ""),
        value::Measure::Characters(count) => (count, " characters"),
        value::Measure::Items(count) => (count, " items"),
    };
    if let Some(min) = min.as_ref().filter(|min| amount < min.value) {
        return Err(format!("is {amount}{unit}, at least {} is needed", min.tokens));
    }
    if let Some(max) = max.as_ref().filter(|max| amount > max.value) {
        return Err(format!("is {amount}{unit}, at most {} is allowed", max.tokens));
    }
    Ok(())
}
