//! What was checked is not checked again: it is remembered by the hash of everything that it depends on.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::failure::At;
use crate::published::Published;
use crate::tools::Tools;
use crate::wrangler::DryRun;
use crate::{Project, Result, files};

/// Keys of a configuration with which wrangler reads more than the configuration and the modules.
const OTHERS: [&str; 10] = [
    "alias",
    "assets",
    "base_dir",
    "build",
    "containers",
    "data_blobs",
    "find_additional_modules",
    "site",
    "text_blobs",
    "wasm_modules",
];

/// What is known of a published build.
pub(crate) struct Remembered {
    path: PathBuf,
    /// `None` where what it depends on is not known.
    key: Option<String>,
    known: Value,
}

impl Remembered {
    pub(crate) fn of(project: &Project, published: &Published, tools: &Tools) -> Result<Self> {
        let name = published.label.as_deref().unwrap_or("default");
        let path = project.generated().join("checked").join(format!("{name}.json"));
        // One that can't be read knows nothing, and is written anew.
        let known = fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        Ok(Self { path, key: key(published, tools)?, known })
    }

    /// The sizes of these environments, if all were checked as they are.
    pub(crate) fn sizes(&self, environments: &[Option<String>]) -> Option<Vec<(Option<String>, DryRun)>> {
        if self.key.is_none() || self.known["key"].as_str() != self.key.as_deref() {
            return None;
        }
        let size = |name: &Option<String>| {
            let upload = self.known["sizes"].get(name.as_deref().unwrap_or_default())?;
            Some((name.clone(), DryRun { upload: upload.as_str().map(str::to_owned) }))
        };
        environments.iter().map(size).collect()
    }

    /// Remembers that these were checked.
    pub(crate) fn keep(mut self, checked: &[(Option<String>, DryRun)]) -> Result<()> {
        let Some(key) = &self.key else { return Ok(()) };
        if self.known["key"] != json!(key) {
            self.known = json!({ "key": key, "sizes": {} });
        }
        for (name, DryRun { upload }) in checked {
            self.known["sizes"][name.as_deref().unwrap_or_default()] = json!(upload);
        }
        files::update(&self.path, self.known.to_string().as_bytes()).map(drop)
    }
}

fn key(published: &Published, tools: &Tools) -> Result<Option<String>> {
    let config = fs::read_to_string(&published.config).at("read", &published.config)?;
    let reads_more = |value: &Value| OTHERS.iter().any(|key| value.get(key).is_some());
    let parsed = super::parse(&config).unwrap_or_default();
    let environments = parsed["env"].as_object();
    if reads_more(&parsed) || environments.is_some_and(|all| all.values().any(reads_more)) {
        return Ok(None);
    }
    // The tools' folders are named after their versions.
    let mut hash = files::fingerprint(format!("{} {tools:?} {config}", env!("CARGO_PKG_VERSION")).as_bytes());
    for name in files::below(&published.folder)? {
        let ours = ["entry.mjs", "guard.mjs", "app.json"].iter().any(|file| name.as_os_str() == *file);
        if !ours && !name.starts_with("worker") {
            continue;
        }
        let path = published.folder.join(&name);
        let content = files::fingerprint(&fs::read(&path).at("read", &path)?);
        hash = files::fingerprint(format!("{hash} {} {content}", name.display()).as_bytes());
    }
    Ok(Some(format!("{hash:016x}")))
}
