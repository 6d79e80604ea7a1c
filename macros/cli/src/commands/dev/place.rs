//! A folder that somebody may delete under us, and that others may make again.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::Result;
use crate::failure::At;

#[derive(Debug)]
pub(super) struct Place {
    path: PathBuf,
    /// Which folder it is, whatever it is called.
    id: Option<(u64, u64)>,
}

impl Place {
    pub(super) fn of(path: PathBuf) -> Self {
        let id = id(&path);
        Self { path, id }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it is still the same folder.
    pub(super) fn is_there(&self) -> bool {
        self.id.is_some() && id(&self.path) == self.id
    }

    /// Makes it again.
    pub(super) fn renew(&mut self) -> Result<()> {
        std::fs::create_dir_all(&self.path).at("create", &self.path)?;
        self.id = id(&self.path);
        Ok(())
    }
}

fn id(path: &Path) -> Option<(u64, u64)> {
    let folder = path.metadata().ok().filter(std::fs::Metadata::is_dir)?;
    Some((folder.dev(), folder.ino()))
}
