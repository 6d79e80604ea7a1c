//! Notices edits by looking, twice a second: it works on every file system, and a project has few files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::{Project, Result};

/// The sources of a Worker as they last were.
#[derive(Debug)]
pub(crate) struct Watch {
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
    seen: BTreeMap<PathBuf, (SystemTime, u64)>,
}

impl Watch {
    /// Watches the crate, the packages of the workspace that it depends on, and what configures the build.
    pub(crate) fn new(project: &Project) -> Result<Self> {
        let root = project.root();
        let files = ["Cargo.toml", "Cargo.lock", "wrangler.toml.in"].map(|name| root.join(name)).to_vec();
        let mut watch = Self { folders: project.source_folders()?, files, seen: BTreeMap::new() };
        watch.seen = watch.look();
        Ok(watch)
    }

    /// Whether anything was edited, made or removed since the last call.
    pub(crate) fn changed(&mut self) -> Vec<PathBuf> {
        let now = self.look();
        let mut differ: Vec<PathBuf> = now
            .iter()
            .filter(|(path, mark)| self.seen.get(*path) != Some(mark))
            .map(|(path, _)| path.clone())
            .collect();
        differ.extend(self.seen.keys().filter(|path| !now.contains_key(*path)).cloned());
        self.seen = now;
        differ
    }

    fn look(&self) -> BTreeMap<PathBuf, (SystemTime, u64)> {
        let mut found = BTreeMap::new();
        let mut open = self.folders.clone();
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    if is_source_folder(&path) {
                        open.push(path);
                    }
                } else if is_source(&path) {
                    note(path, &mut found);
                }
            }
        }
        for path in &self.files {
            note(path.clone(), &mut found);
        }
        found
    }
}

fn note(path: PathBuf, found: &mut BTreeMap<PathBuf, (SystemTime, u64)>) {
    if let Ok(file) = fs::metadata(&path) {
        found.insert(path, (file.modified().unwrap_or(SystemTime::UNIX_EPOCH), file.len()));
    }
}

fn is_source_folder(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    !name.starts_with('.') && !["target", "node_modules", "tests", "benches", "examples"].contains(&&*name)
}

fn is_source(path: &Path) -> bool {
    let is = |extension: &str| path.extension().is_some_and(|found| found == extension);
    (is("rs") || is("js") || is("mjs") || is("json") || is("toml")) && !path.ends_with("wrangler.toml")
}
