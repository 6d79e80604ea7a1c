//! `.durably/app.json`: what `cargo durably` asks about the application. Described in `docs/formats.md`.

use durably_contract::files::Format as _;
use durably_contract::files::app::{App, Class, Configuration, Secrets, Seeds};
use durably_contract::paths;

use super::{Emit, File, Input, wrangler};

/// The file.
pub(crate) struct AppFile;

impl Emit for AppFile {
    fn emit(&self, input: &Input<'_>) -> Result<Vec<File>, Vec<String>> {
        Ok(vec![File::generated(paths::APP, content(input).to_text())])
    }
}

fn content(Input { app, template, krate, dir, seeds }: &Input<'_>) -> App {
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
    App {
        format: App::FORMAT,
        krate: (*krate).to_owned(),
        dir: dir.clone(),
        worker: template.name.clone(),
        environments: template.environments.clone(),
        lifecycle: template.lifecycle,
        classes: classes.collect(),
        configurations: configurations.collect(),
        secrets: Secrets { required, optional },
        seeds: seeds.collect(),
        events: app.events.clone(),
    }
}
