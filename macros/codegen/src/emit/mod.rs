//! What is written: one file here for each generated file, all of them behind one trait.

pub(crate) mod app_file;
pub(crate) mod bindings;
pub(crate) mod entry;
pub(crate) mod manifest;
pub(crate) mod seeds;
pub(crate) mod tables;
pub(crate) mod wrangler;
pub(crate) mod write;

use std::path::{Path, PathBuf};

use durably_contract::files::Fault;
use durably_contract::paths;

use crate::app::App;
use crate::emit::seeds::Seed;
use crate::scan::source::{Sources, relative};
use crate::template::{self, Template};
use crate::{Build, Error};

/// The generated files beside the template, in the order in which they are written.
const EMITTERS: &[&dyn Emit] =
    &[&wrangler::Wrangler, &entry::Entry, &entry::Guard, &manifest::Manifest, &app_file::AppFile, &seeds::Seeds];

/// Makes one generated file, or those of one kind.
trait Emit {
    /// The files, or what the template and the code disagree on.
    fn emit(&self, input: &Input<'_>) -> Result<Vec<File>, Vec<String>>;
}

/// What every file is made from: it was understood as a whole.
struct Input<'a> {
    app: &'a App,
    template: &'a Template,
    /// The crate's name.
    krate: &'a str,
    /// The crate's folder, seen from the template's.
    dir: String,
    seeds: &'a [Seed],
}

/// A generated file.
#[derive(Debug)]
struct File {
    /// Below the template's folder.
    path: PathBuf,
    text: String,
}

impl File {
    /// A file in `.durably`.
    fn generated(name: impl AsRef<Path>, text: String) -> Self {
        Self { path: Path::new(paths::GENERATED_FOLDER).join(name), text }
    }
}

/// Everything that is written beside the template.
#[derive(Debug)]
pub(crate) struct Files {
    /// The template's folder.
    pub(crate) folder: PathBuf,
    list: Vec<File>,
}

/// Renders the files; what is wrong with the template becomes a fault of the crate.
pub(crate) fn files(build: &Build, app: &mut App, sources: &mut Sources) -> Option<Files> {
    let Some(path) = template::find(&build.manifest_dir) else {
        app.faults.push(no_template());
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
    match Template::read(&text).and_then(|template| render(build, app, &template, &folder)) {
        Ok(list) => Some(Files { folder, list }),
        Err(messages) => {
            let of_template = |message| Fault::of_crate(&file, 0, format!("{}: {message}", paths::TEMPLATE));
            app.faults.extend(messages.into_iter().map(of_template));
            None
        }
    }
}

fn no_template() -> Fault {
    let message = format!(
        "there is no {file} in this crate's folder or above it: write one with `name = \"…\"` and `compatibility_date = \
         \"…\"`, from which wrangler.toml is generated",
        file = paths::TEMPLATE
    );
    Fault::of_crate(paths::TEMPLATE, 0, message)
}

/// The files, or everything that the template and the code disagree on.
fn render(build: &Build, app: &App, template: &Template, folder: &Path) -> Result<Vec<File>, Vec<String>> {
    if app.incomplete {
        return Err(Vec::new()); // names would be missed that are only hidden by another mistake
    }
    let seeds = seeds::seeds(app, template);
    let input = Input {
        app,
        template,
        krate: &build.krate,
        dir: relative(folder, &build.manifest_dir),
        seeds: seeds.as_deref().unwrap_or_default(),
    };
    let (mut files, mut messages) = (Vec::new(), Vec::new());
    for emitter in EMITTERS {
        match emitter.emit(&input) {
            Ok(list) => files.extend(list),
            Err(list) => messages.extend(list),
        }
    }
    messages.extend(seeds.err().into_iter().flatten());
    if messages.is_empty() { Ok(files) } else { Err(messages) }
}

impl Files {
    /// Writes below `folder` what differs there, and returns every file's path.
    pub(crate) fn write(&self, folder: &Path, written: &mut Vec<PathBuf>) -> Result<Vec<PathBuf>, Error> {
        let mut kept = Vec::new();
        for File { path, text } in &self.list {
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
