//! Notices edits by looking, twice a second: it works on every file system, and a project has few files.
//!
//! After a build that succeeded these are the files that it was made of, as cargo knows them, and what configures it. After
//! one that failed cargo does not know: the file that mends it may not exist yet, so everything in the packages counts.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::Project;
use crate::project::Sources;

/// The content of a file, as far as it can be seen from outside; `None` if there is none.
type Mark = Option<(SystemTime, u64)>;

/// The sources of a Worker as they last were.
#[derive(Debug)]
pub(super) struct Watch {
    root: PathBuf,
    /// Where the data is kept; perhaps in a package.
    state: PathBuf,
    is_durably: bool,
    sources: Option<Sources>,
    /// The files of the last build that succeeded.
    inputs: BTreeSet<PathBuf>,
    /// Whether everything in the packages counts.
    broad: bool,
    seen: BTreeMap<PathBuf, Mark>,
    /// The moment when the build that is running began, or the last one did.
    began: SystemTime,
}

impl Watch {
    pub(super) fn new(project: &Project, state: &Path) -> Self {
        let mut watch = Self {
            root: project.root().to_owned(),
            state: state.to_owned(),
            is_durably: project.is_durably(),
            sources: None,
            inputs: BTreeSet::new(),
            broad: true,
            seen: BTreeMap::new(),
            began: SystemTime::now(),
        };
        watch.begin(project);
        watch
    }

    /// A build begins: what is edited from now on may not be in it.
    pub(super) fn begin(&mut self, project: &Project) {
        // Packages may have been added. A manifest that cargo can't read is told by the build.
        if let Ok(sources) = project.sources() {
            self.sources = Some(sources);
        }
        // The clock of files lags behind a little.
        self.began = SystemTime::now() - Duration::from_millis(20);
        self.seen = self.look();
    }

    /// The build that began succeeded, made of these files.
    pub(super) fn succeeded(&mut self, inputs: &[PathBuf]) {
        self.inputs = inputs.iter().filter(|path| self.concerns(path)).cloned().collect();
        self.broad = false;
        self.learn();
    }

    /// The build that began failed.
    pub(super) fn failed(&mut self) {
        self.broad = true;
        self.learn();
    }

    /// A file that was edited, made or removed since the last call.
    pub(super) fn changed(&mut self) -> Option<PathBuf> {
        let now = self.look();
        let different = now.iter().find(|(path, mark)| self.seen.get(*path).is_none_or(|seen| seen != *mark));
        let gone = || self.seen.keys().find(|path| !now.contains_key(*path));
        let changed = different.map(|(path, _)| path).or_else(gone).cloned();
        self.seen = now;
        changed
    }

    /// Files that were not looked at when the build began have to be older than it, or they were edited during it.
    fn learn(&mut self) {
        let mut now = self.look();
        for (path, mark) in &mut now {
            match self.seen.get(path) {
                // Cargo itself writes it where it has to choose versions.
                Some(_) if path.ends_with("Cargo.lock") => {}
                Some(before) => *mark = *before,
                None if mark.is_some_and(|(modified, _)| modified >= self.began) => *mark = None,
                None => {}
            }
        }
        self.seen = now;
    }

    fn look(&self) -> BTreeMap<PathBuf, Mark> {
        let mut paths = self.inputs.clone();
        paths.extend(self.configuration());
        if self.broad {
            self.sources
                .iter()
                .flat_map(|sources| &sources.packages)
                .for_each(|folder| self.all_in(folder, &mut paths));
        }
        paths.into_iter().map(|path| (mark(&path), path)).map(|(mark, path)| (path, mark)).collect()
    }

    /// What configures the build, also where it is not there.
    fn configuration(&self) -> Vec<PathBuf> {
        let template = if self.is_durably { "wrangler.toml.in" } else { "wrangler.toml" };
        let mut folders: BTreeSet<&Path> = BTreeSet::from([self.root.as_path()]);
        if let Some(sources) = &self.sources {
            folders.insert(&sources.workspace);
            folders.extend(sources.packages.iter().map(PathBuf::as_path));
        }
        let names = ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "rust-toolchain", ".cargo/config.toml"];
        let everywhere = folders.iter().flat_map(|folder| names.map(|name| folder.join(name)));
        everywhere.chain([self.root.join(template)]).collect()
    }

    /// Every file of a folder that is nobody's output and nobody's tool.
    fn all_in(&self, folder: &Path, paths: &mut BTreeSet<PathBuf>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            if hidden || !self.concerns(&path) || entry.file_name() == "node_modules" {
                continue;
            }
            match entry.file_type() {
                // A link to a folder may lead back here.
                Ok(kind) if kind.is_dir() && !path.join("CACHEDIR.TAG").is_file() => self.all_in(&path, paths),
                Ok(kind) if !kind.is_dir() => drop(paths.insert(path)),
                _ => {}
            }
        }
    }

    /// What builds and the Worker itself write is not an edit.
    fn concerns(&self, path: &Path) -> bool {
        let output = self.sources.as_ref().is_some_and(|sources| path.starts_with(&sources.target));
        let generated = path.starts_with(self.root.join(".durably"))
            || (self.is_durably && path == self.root.join("wrangler.toml"));
        !output && !generated && !path.starts_with(&self.state) && !path.ends_with(crate::project::SERVED)
    }
}

fn mark(path: &Path) -> Mark {
    let file = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    Some((file.modified().unwrap_or(SystemTime::UNIX_EPOCH), file.len()))
}
