//! Reading sources, and remembering what was read so that cargo runs the build script again after an edit.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use toml_edit::DocumentMut;

/// The files of one crate.
#[derive(Debug)]
pub(crate) struct Sources {
    root: PathBuf,
    /// Every file that was read, and every place where a missing one would stand.
    pub(crate) inputs: BTreeSet<PathBuf>,
}

impl Sources {
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), inputs: BTreeSet::new() }
    }

    /// The text of a file with `\n` line ends, so that a checkout with `\r\n` gives the same hashes.
    pub(crate) fn read(&mut self, path: &Path) -> Option<String> {
        self.inputs.insert(path.to_owned());
        fs::read_to_string(path).ok().map(|text| text.replace("\r\n", "\n"))
    }

    /// A path relative to the crate's folder, with forward slashes.
    pub(crate) fn relative(&self, path: &Path) -> String {
        relative(&self.root, path)
    }

    /// The library's first file: `[lib] path` of the manifest, else `src/lib.rs`.
    pub(crate) fn library(&mut self) -> PathBuf {
        let manifest = self.manifest();
        let path = manifest.get("lib").and_then(|lib| lib.get("path")?.as_str());
        self.root.join(path.unwrap_or("src/lib.rs"))
    }

    /// The crate's manifest; cargo has read it before us.
    pub(crate) fn manifest(&mut self) -> DocumentMut {
        self.read(&self.root.join("Cargo.toml")).unwrap_or_default().parse().unwrap_or_default()
    }
}

/// `path` as seen from the folder `from`, with forward slashes: the same text on every machine.
pub(crate) fn relative(from: &Path, path: &Path) -> String {
    let (from, path) = (normal(from), normal(path));
    let shared = from.iter().zip(&path).take_while(|(a, b)| a == b).count();
    let up = from.len() - shared;
    let parts: Vec<String> = std::iter::repeat_n("..".to_owned(), up).chain(path[shared..].iter().cloned()).collect();
    if parts.is_empty() { ".".into() } else { parts.join("/") }
}

/// The components of a path without `.` and with `..` resolved, as text: links are not followed.
fn normal(path: &Path) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if parts.last().is_some_and(|part| part != "..") => {
                parts.pop();
            }
            other => parts.push(other.as_os_str().to_string_lossy().into_owned()),
        }
    }
    parts
}

/// Where the modules declared in a file are looked for.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    /// In `a/b.rs` modules stand in `a/b/`; in `a/mod.rs`, `lib.rs` and behind `#[path]` beside the file.
    below: Option<String>,
}

impl Folder {
    /// Of the library's first file.
    pub(crate) fn of_root(file: &Path) -> Self {
        Self { path: folder(file), below: None }
    }

    /// Inside `mod name { … }`; an explicit `#[path]` names the folder.
    pub(crate) fn inline(&self, name: &str, path: Option<&str>) -> Self {
        match path {
            Some(path) => Self { path: self.path.join(path), below: None },
            None => Self {
                path: self.below.iter().fold(self.path.clone(), |at, below| at.join(below)).join(name),
                below: None,
            },
        }
    }

    /// Where `mod name;` may stand, each with the folder of its own modules.
    pub(crate) fn files(&self, name: &str, path: Option<&str>) -> Vec<(PathBuf, Self)> {
        if let Some(path) = path {
            let file = self.path.join(path);
            let own = Self { path: folder(&file), below: None };
            return vec![(file, own)];
        }
        let here = self.below.iter().fold(self.path.clone(), |at, below| at.join(below));
        let beside = here.join(format!("{name}.rs"));
        let inside = here.join(name).join("mod.rs");
        vec![
            (beside, Self { path: here, below: Some(name.to_owned()) }),
            (inside.clone(), Self { path: folder(&inside), below: None }),
        ]
    }
}

fn folder(file: &Path) -> PathBuf {
    file.parent().unwrap_or(Path::new("")).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_do_not_name_the_machine() {
        let root = Path::new("/home/ada/project/app");
        assert_eq!(relative(root, Path::new("/home/ada/project/app/src/lib.rs")), "src/lib.rs");
        assert_eq!(relative(root, Path::new("/home/ada/project/app/src/../../shared/x.rs")), "../shared/x.rs");
        assert_eq!(relative(root, root), ".");
    }

    #[test]
    fn modules_are_looked_for_where_rustc_looks() {
        let root = Folder::of_root(Path::new("src/lib.rs"));
        let shown = |folder: &Folder, name: &str, path| -> Vec<String> {
            folder.files(name, path).iter().map(|(file, _)| file.to_string_lossy().replace('\\', "/")).collect()
        };
        assert_eq!(shown(&root, "a", None), ["src/a.rs", "src/a/mod.rs"]);
        let beside = &root.files("a", None)[0].1;
        assert_eq!(shown(beside, "b", None), ["src/a/b.rs", "src/a/b/mod.rs"]);
        assert_eq!(shown(beside, "b", Some("x.rs")), ["src/x.rs"]);
        assert_eq!(shown(&beside.inline("i", None), "b", None), ["src/a/i/b.rs", "src/a/i/b/mod.rs"]);
        assert_eq!(shown(&beside.inline("i", None), "b", Some("x.rs")), ["src/a/i/x.rs"]);
        let inside = &root.files("a", None)[1].1;
        assert_eq!(shown(inside, "b", None), ["src/a/b.rs", "src/a/b/mod.rs"]);
        let moved = &root.files("a", Some("other/place.rs"))[0].1;
        assert_eq!(shown(moved, "b", None), ["src/other/b.rs", "src/other/b/mod.rs"]);
    }
}
