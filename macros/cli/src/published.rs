//! Where a build for deploying is published: beside `wrangler.toml.in`, or for other features than the default ones in a
//! place of their own, so that two sets of them do not rewrite each other's files.

use std::fs;
use std::path::PathBuf;

use toml_edit::{DocumentMut, value};

use crate::failure::At;
use crate::worker::{Built, Features, Order};
use crate::{AppFile, Failure, Project, Result, files, git};

/// A published build.
#[derive(Debug)]
pub(crate) struct Published {
    /// What wrangler is to read.
    pub(crate) config: PathBuf,
    /// The folder of the entry module and all that belongs to it.
    pub(crate) folder: PathBuf,
    /// The features, if they are not the default ones.
    pub(crate) label: Option<String>,
}

impl Published {
    /// The build whose files stand beside the template.
    pub(crate) fn usual(project: &Project) -> Self {
        Self { config: project.config(), folder: project.generated(), label: None }
    }

    fn of(project: &Project, features: &Features) -> Self {
        match features.label() {
            None => Self::usual(project),
            Some(label) => Self {
                config: project.root().join(format!(".wrangler.{label}.toml")),
                folder: project.generated().join("features").join(&label),
                label: Some(label),
            },
        }
    }

    /// Where the modules of a build with these features go.
    pub(crate) fn modules(project: &Project, features: &Features) -> PathBuf {
        Self::of(project, features).folder.join("worker")
    }

    /// Puts what was generated for the code beside its modules, which are there already.
    pub(crate) fn publish(project: &Project, built: &Built, order: &Order) -> Result<Self> {
        let published = Self::of(project, &order.features);
        let Some(generated) = &built.generated else {
            return match &published.label {
                None => Ok(published),
                Some(_) => Err(Failure::new(
                    "--features needs a generated wrangler.toml, and this project's is written by hand",
                )
                .detail("its build.rs does not call `durably_build::generate()`")
                .help("remove --features, or call `durably_build::generate()` in build.rs")),
            };
        };
        let from = generated.join(".durably");
        for name in files::below(&from)? {
            let path = from.join(&name);
            files::update(&published.folder.join(name), &fs::read(&path).at("read", &path)?)?;
        }
        let config = generated.join("wrangler.toml");
        let text = fs::read_to_string(&config).at("read", &config)?;
        let text = match &published.label {
            None => text,
            Some(label) => {
                git::keep_out(project.root(), &published.config, ".wrangler.*.toml", &crate::Reporter::new())?;
                entry(&text, &format!(".durably/features/{label}/entry.mjs"))?
            }
        };
        files::update(&published.config, text.as_bytes())?;
        Ok(published)
    }

    /// The application, as this build describes it.
    pub(crate) fn app(&self, project: &Project) -> Result<AppFile> {
        project.app_of(&self.folder)
    }
}

/// The configuration with another entry module.
fn entry(config: &str, main: &str) -> Result<String> {
    let mut document: DocumentMut = config.parse().map_err(|error: toml_edit::TomlError| {
        Failure::new("the generated wrangler.toml is not valid TOML")
            .detail(error)
            .help("this is a bug in durably; please report it")
    })?;
    document["main"] = value(main);
    Ok(document.to_string())
}
