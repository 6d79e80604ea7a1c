//! `.durably/app.json`: what `cargo durably` asks about the application. Described in `docs/formats.md`.

use serde::Serialize;

use crate::app::App;
use crate::seed::Seed;
use crate::template::Template;
use crate::wrangler;

/// The crate that was built.
pub(crate) struct Crate<'a> {
    pub(crate) name: &'a str,
    /// Its folder, seen from the template's.
    pub(crate) dir: String,
}

#[derive(Serialize)]
struct Summary<'a> {
    /// Of this file's own format.
    format: u32,
    #[serde(rename = "crate")]
    krate: &'a str,
    dir: &'a str,
    /// The Worker's name.
    worker: &'a str,
    /// Empty if bindings stand at the top level.
    environments: &'a [String],
    lifecycle: &'static str,
    classes: Vec<Class>,
    configurations: Vec<Configuration>,
    secrets: Secrets,
    seeds: Vec<SeedFile>,
    events: &'a [String],
}

#[derive(Serialize)]
struct Class {
    class: String,
    binding: String,
}

#[derive(Serialize)]
#[allow(clippy::struct_field_names, reason = "the keys of the file")]
struct Configuration {
    configuration: String,
    binding: String,
    key: String,
}

#[derive(Serialize)]
struct Secrets {
    required: Vec<String>,
    optional: Vec<String>,
}

#[derive(Serialize)]
struct SeedFile {
    environment: String,
    binding: String,
    /// Below `.durably`.
    file: String,
}

/// The summary's text.
pub(crate) fn summary(app: &App, template: &Template, krate: &Crate<'_>, seeds: &[Seed]) -> String {
    let (required, optional) = wrangler::secrets(app);
    crate::json(&Summary {
        format: 1,
        krate: krate.name,
        dir: &krate.dir,
        worker: &template.name,
        environments: &template.environments,
        lifecycle: template.lifecycle.as_str(),
        classes: app.classes().into_iter().map(|class| Class { class: class.name, binding: class.binding }).collect(),
        configurations: app
            .settings()
            .into_iter()
            .map(|settings| Configuration {
                configuration: settings.name,
                binding: settings.binding,
                key: settings.key,
            })
            .collect(),
        secrets: Secrets { required, optional },
        seeds: seeds
            .iter()
            .map(|seed| SeedFile {
                environment: seed.environment.clone(),
                binding: seed.binding.clone(),
                file: seed.path(),
            })
            .collect(),
        events: &app.events,
    })
}
