//! A build as a whole: what was compiled, together with what configures it, in a folder of its own that never changes.
//!
//! `wrangler dev` reads one file, [`Project::served`]. It names the folder, so that replacing this one file changes bindings,
//! classes and code at once; wrangler never sees the parts of two builds together, and a build that fails changes nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml_edit::{DocumentMut, Item, TomlError, value};

use crate::dotenv::DevVars;
use crate::failure::At;
use crate::worker::Built;
use crate::{AppFile, Failure, Project, Result, files, optional};

/// A build that can be served.
#[derive(Debug, Clone)]
pub(crate) struct Whole {
    /// Names its content.
    pub(crate) id: String,
    /// Its folder.
    pub(crate) folder: PathBuf,
    /// The application, as this build describes it.
    pub(crate) app: AppFile,
    /// The text of its configuration for `wrangler dev`.
    config: String,
    /// Its files: while the sources are broken nobody could make them again.
    parts: Arc<Parts>,
}

/// The module that goes before the Worker's own in development, and the names that it takes over from it.
const BEFORE: &str = "dev.mjs";
const SCRIPT: &str = include_str!("commands/dev/before.mjs");

impl Whole {
    /// Puts a build's parts together in `.durably/dev`. `board` is the address that tells how the builds after it went.
    pub(crate) fn assemble(project: &Project, built: &Built, modules: &Path, board: &str) -> Result<Self> {
        let generated = built.generated.as_ref().map(|folder| folder.join(".durably"));
        let app = project.app_of(generated.as_deref().unwrap_or(&project.generated()))?;
        let config = match &built.generated {
            Some(folder) => folder.join("wrangler.toml"),
            None => project.config(),
        };
        let config = fs::read_to_string(&config).at("read", &config)?;
        let mut parts = BTreeMap::new();
        take(&mut parts, modules, Path::new("worker"))?;
        if let Some(generated) = &generated {
            take(&mut parts, generated, Path::new(""))?;
            parts.insert(BEFORE.into(), before(&app, board).into_bytes());
        }
        parts.insert("wrangler.toml".into(), config.clone().into_bytes());
        let id = name(&parts);
        if let Some(before) = parts.get_mut(Path::new(BEFORE)) {
            *before = String::from_utf8_lossy(before).replace("BUILD_ID", &id).into_bytes();
        }
        let folder = project.builds().join(&id);
        store(&folder, &parts)?;
        let config = point(&config, &format!(".durably/dev/{id}"), generated.is_some(), project)?;
        Ok(Self { id, folder, app, config, parts: Arc::new(parts) })
    }

    /// Whether the Worker itself can say which build it is.
    pub(crate) fn answers(&self) -> bool {
        self.folder.join(BEFORE).is_file()
    }

    /// Makes this build the one that is served. `secrets` names the content of `vars`, which wrangler reads anew only when
    /// its configuration changes.
    pub(crate) fn serve(&self, project: &Project, vars: &DevVars, secrets: &str) -> Result<bool> {
        let head =
            format!("# Made by `cargo durably dev`, which serves this build; gone when it ends. Secrets: {secrets}.\n");
        let set = vars.set(&self.app.secrets.optional)?;
        let config = optional::let_through(&self.config, vars.environment(), &set);
        let config = config.map_err(|error| not_toml(project, error))?;
        files::update(&project.served(), format!("{head}{config}").as_bytes())
    }

    /// Makes its folder again, should somebody have deleted it.
    pub(crate) fn restore(&self) -> Result<()> {
        if !self.is_there() {
            files::remove_folder(&self.folder)?;
        }
        store(&self.folder, &self.parts)
    }

    /// Whether its folder is still there.
    pub(crate) fn is_there(&self) -> bool {
        self.mark().is_file()
    }

    /// A file that is there as long as its folder is.
    pub(crate) fn mark(&self) -> PathBuf {
        self.folder.join("wrangler.toml")
    }
}

/// Removes the builds that are not among `kept`.
pub(crate) fn forget(project: &Project, kept: &[Option<&Whole>]) -> Result<()> {
    for entry in fs::read_dir(project.builds()).into_iter().flatten().flatten() {
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if !hidden && path.is_dir() && kept.iter().flatten().all(|whole| whole.folder != path) {
            files::remove_folder(&path)?;
        }
    }
    Ok(())
}

type Parts = BTreeMap<PathBuf, Vec<u8>>;

fn take(parts: &mut Parts, from: &Path, to: &Path) -> Result<()> {
    for name in files::below(from)? {
        let path = from.join(&name);
        parts.insert(to.join(name), fs::read(&path).at("read", &path)?);
    }
    Ok(())
}

fn name(parts: &Parts) -> String {
    let hash = parts.iter().fold(0, |hash: u64, (path, bytes)| {
        let part = [path.to_string_lossy().as_bytes(), &hash.to_le_bytes()].concat();
        files::fingerprint(&part).rotate_left(1) ^ files::fingerprint(bytes)
    });
    format!("{hash:016x}")
}

/// The folder is there whole or not at all.
fn store(folder: &Path, parts: &Parts) -> Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let next = files::beside(folder, "next");
    files::remove_folder(&next)?;
    for (name, bytes) in parts {
        let path = next.join(name);
        let folder = path.parent().unwrap_or(&next);
        fs::create_dir_all(folder).at("create", folder)?;
        fs::write(&path, bytes).at("write", &path)?;
    }
    fs::rename(&next, folder).at("move the build to", folder)
}

/// The configuration with its entry in the build's folder, at the top level and in every environment that has its own.
fn point(config: &str, folder: &str, is_durably: bool, project: &Project) -> Result<String> {
    let mut document: DocumentMut = config.parse().map_err(|error| not_toml(project, error))?;
    let lead = |main: &mut Item| {
        let below = main.as_str().and_then(|path| path.trim_start_matches("./").strip_prefix(".durably/"));
        if let Some(below) = below {
            let below = if is_durably { BEFORE } else { below };
            *main = value(format!("{folder}/{below}"));
        }
    };
    document.get_mut("main").map(lead);
    let environments = document.get_mut("env").and_then(Item::as_table_like_mut);
    for (_, environment) in environments.into_iter().flat_map(|environments| environments.iter_mut()) {
        environment.get_mut("main").map(lead);
    }
    Ok(document.to_string())
}

fn not_toml(project: &Project, error: TomlError) -> Failure {
    Failure::new(format!("{} is not valid TOML", project.config().display()))
        .detail(error)
        .help("fix it at the place named above")
}

fn before(app: &AppFile, board: &str) -> String {
    let classes: Vec<&str> = app.classes.iter().map(|class| class.name.as_str()).collect();
    SCRIPT.replace("/* classes */", &classes.join(", ")).replace("BOARD_ADDRESS", board)
}
