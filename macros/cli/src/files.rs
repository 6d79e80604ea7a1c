//! Writing files so that nobody ever sees half of one.

use std::fs;
use std::path::{Path, PathBuf};

use durably_contract::Fnv;
use durably_contract::files::{self, Mode};

use crate::Result;
use crate::failure::At;

/// Writes beside the file and renames; a reader sees the old text or the new one. A private file is its owner's alone.
pub(crate) fn replace(path: &Path, bytes: &[u8], private: bool) -> Result<()> {
    files::replace(path, bytes, Mode { private, modified: None }).at("write", path)
}

/// As [`replace`], only if the content differs; tells whether it did.
pub(crate) fn update(path: &Path, bytes: &[u8]) -> Result<bool> {
    files::write_if_changed(path, bytes, Mode::default()).at("write", path)
}

/// Removes a folder and all that is in it, if it is there.
pub(crate) fn remove_folder(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error).at("remove", path),
        _ => Ok(()),
    }
}

/// The files of a folder and of those in it, by their path below it, in order. Hidden ones are somebody's tools; a folder
/// that is not there is empty.
pub(crate) fn below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(below) = open.pop() {
        let here = folder.join(&below);
        if !here.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&here).at("list", &here)? {
            let entry = entry.at("list", &here)?;
            let name = below.join(entry.file_name());
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            if entry.path().is_dir() {
                open.push(name);
            } else {
                found.push(name);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// `.name.suffix` in the same folder, out of the way of globs.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{}.{suffix}", name.trim_start_matches('.')))
}

/// 64 bits that name a content. For caches, not for trust.
pub(crate) fn fingerprint(bytes: &[u8]) -> u64 {
    Fnv::new().bytes(bytes).finish()
}
