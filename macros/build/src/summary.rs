//! `.durably/app.json`: what `cargo durably` asks about the application. Described in `docs/formats.md`.

use durably_contract::files::Format as _;
use durably_contract::files::app::{self, Class, Configuration, Secrets, Seeds};

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

/// The summary's text.
pub(crate) fn summary(app: &App, template: &Template, krate: &Crate<'_>, seeds: &[Seed]) -> String {
    let (required, optional) = wrangler::secrets(app);
    let classes = app.classes().into_iter().map(|class| Class { name: class.name, binding: class.binding });
    let configurations = app.settings().into_iter();
    let configurations = configurations.map(|settings| Configuration {
        name: settings.name,
        binding: settings.binding,
        key: settings.key,
    });
    let seeds = seeds.iter().map(|seed| Seeds {
        environment: seed.environment.clone(),
        binding: seed.binding.clone(),
        file: seed.path(),
    });
    let summary = app::App {
        format: app::App::FORMAT,
        krate: krate.name.to_owned(),
        dir: krate.dir.clone(),
        worker: template.name.clone(),
        environments: template.environments.clone(),
        lifecycle: template.lifecycle,
        classes: classes.collect(),
        configurations: configurations.collect(),
        secrets: Secrets { required, optional },
        seeds: seeds.collect(),
        events: app.events.clone(),
    };
    summary.to_text()
}
