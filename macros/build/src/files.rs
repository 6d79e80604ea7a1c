//! The files beside the template.

use std::path::{Path, PathBuf};

use durably_contract::files::Fault;
use durably_contract::paths;

use crate::app::App;
use crate::source::{Sources, relative};
use crate::template::{self, Template};
use crate::{Build, Error, entry, manifest, seed, summary, wrangler, write};

/// Everything that is written beside the template, by its path below the template's folder.
#[derive(Debug)]
pub(crate) struct Files {
    /// The template's folder.
    pub(crate) folder: PathBuf,
    list: Vec<(PathBuf, String)>,
}

/// Renders the files; what is wrong with the template becomes a fault of the crate.
pub(crate) fn of(build: &Build, app: &mut App, sources: &mut Sources) -> Option<Files> {
    let Some(path) = template::find(&build.manifest_dir) else {
        let message = format!(
            "there is no {file} in this crate's folder or above it: write one with `name = \"…\"` and \
             `compatibility_date = \"…\"`, from which wrangler.toml is generated",
            file = paths::TEMPLATE
        );
        app.faults.push(Fault::of_crate(paths::TEMPLATE, 0, message));
        // A file that is not there makes cargo ask again at every build.
        sources.inputs.insert(build.manifest_dir.join(paths::TEMPLATE));
        return None;
    };
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    let packages = folder.join("package.json");
    if packages.is_file() {
        sources.inputs.insert(packages);
    }
    let file = sources.relative(&path);
    let text = sources.read(&path).unwrap_or_default();
    let rendered = Template::read(&text).and_then(|template| {
        if app.incomplete {
            return Err(Vec::new()); // names would be missed that are only hidden by another mistake
        }
        let seeds = seed::seeds(app, &template);
        let config = wrangler::render(app, &template);
        match (config, seeds) {
            (Ok(config), Ok(seeds)) => Ok((template, config, seeds)),
            (config, seeds) => Err(config.err().into_iter().chain(seeds.err()).flatten().collect()),
        }
    });
    let (template, config, seeds) = match rendered {
        Ok(rendered) => rendered,
        Err(messages) => {
            let faults = messages
                .into_iter()
                .map(|message| Fault::of_crate(&file, 0, format!("{}: {message}", paths::TEMPLATE)));
            app.faults.extend(faults);
            return None;
        }
    };
    let own = Path::new(paths::GENERATED_FOLDER);
    let krate = summary::Crate { name: &build.krate, dir: relative(&folder, &build.manifest_dir) };
    let mut list = vec![
        (paths::WRANGLER.into(), config),
        (own.join(paths::ENTRY), entry::entry(app)),
        (own.join(paths::GUARD), entry::GUARD.to_owned()),
        (own.join(paths::MANIFEST), manifest::manifest(app)),
        (own.join(paths::APP), summary::summary(app, &template, &krate, &seeds)),
    ];
    list.extend(seeds.into_iter().map(|seed| (own.join(seed.path()), seed.text)));
    Some(Files { folder, list })
}

impl Files {
    /// Writes below `folder` what differs there, and returns every file's path.
    pub(crate) fn write(&self, folder: &Path, written: &mut Vec<PathBuf>) -> Result<Vec<PathBuf>, Error> {
        let mut kept = Vec::new();
        for (path, text) in &self.list {
            let path = folder.join(path);
            if write::write_if_changed(&path, text)? {
                written.push(path.clone());
            }
            kept.push(path);
        }
        write::prune(&folder.join(paths::GENERATED_FOLDER).join(paths::SEEDS_FOLDER), &kept)?;
        Ok(kept)
    }
}
