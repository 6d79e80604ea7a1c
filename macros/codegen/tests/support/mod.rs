//! A crate in a temporary folder, and one run of the build script over it.

#![allow(dead_code, reason = "each test file uses a part")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use durably_build::{Build, Fault, Report};
use tempfile::TempDir;

/// A template with two environments.
pub(crate) const TEMPLATE: &str =
    "name = \"shop\"\ncompatibility_date = \"2026-11-17\"\n\n[env.dev]\n\n[env.production]\n";

/// `lib.rs` begins like this.
pub(crate) const HEAD: &str = "use durably::prelude::*;\ndurably::bindings!();\n";

/// A crate that is being written.
pub(crate) struct Project {
    pub(crate) root: TempDir,
    features: Vec<String>,
}

impl Project {
    /// A crate in `app/`, with the template beside that folder.
    pub(crate) fn new(template: &str, lib: &str) -> Self {
        let root = TempDir::new().unwrap_or_else(|error| panic!("no temporary folder: {error}"));
        let project = Self { root, features: Vec::new() };
        project
            .file("wrangler.toml.in", template)
            .file("app/Cargo.toml", "[package]\nname = \"shop\"\n")
            .file("app/src/lib.rs", lib)
    }

    /// A crate whose library is `HEAD` and this.
    pub(crate) fn of(lib: &str) -> Self {
        Self::new(TEMPLATE, &format!("{HEAD}{lib}"))
    }

    pub(crate) fn file(self, path: &str, text: &str) -> Self {
        self.write(path, text);
        self
    }

    pub(crate) fn feature(mut self, name: &str) -> Self {
        self.features.push(name.into());
        self
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        let folder = path.parent().map(fs::create_dir_all);
        assert!(matches!(folder, Some(Ok(()))), "no folder for {}", path.display());
        fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    pub(crate) fn run(&self) -> Report {
        let build = Build {
            manifest_dir: self.path("app"),
            out_dir: self.path("out"),
            krate: "shop".into(),
            features: self.features.clone(),
        };
        build.run().unwrap_or_else(|error| panic!("{error}"))
    }

    /// One run's faults, each as `file:line target: message`.
    pub(crate) fn faults(&self) -> Vec<String> {
        self.run().faults.iter().map(shown).collect()
    }

    pub(crate) fn read(&self, path: &str) -> String {
        let path = self.path(path);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Every generated file by its path, below the template and in `OUT_DIR`.
    pub(crate) fn generated(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(self.root.path(), &self.path("out"), &mut files);
        collect(self.root.path(), &self.path(".durably"), &mut files);
        if let Ok(text) = fs::read(self.path("wrangler.toml")) {
            files.insert("wrangler.toml".into(), text);
        }
        files
    }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for path in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path()) {
        if path.is_dir() {
            collect(root, &path, files);
        } else if let (Ok(name), Ok(text)) = (path.strip_prefix(root), fs::read(&path)) {
            files.insert(name.to_string_lossy().replace('\\', "/"), text);
        }
    }
}

fn shown(fault: &Fault) -> String {
    format!("{}:{} {:?}: {}", fault.file, fault.line, fault.target, fault.message)
}
