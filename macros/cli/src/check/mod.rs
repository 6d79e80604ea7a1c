//! What is checked after a build: that wrangler will understand the configuration, and that configuration, entry
//! module and code agree where wrangler's dry run is silent.

mod lifecycle;
mod remembered;
mod schema;

use std::fmt;
use std::fs;

use serde_json::Value;

pub use self::lifecycle::lifecycle;
pub(crate) use self::remembered::Remembered;
pub use self::schema::schema;
use crate::failure::At;
use crate::published::Published;
use crate::tools::Tools;
use crate::{Failure, Project, Result};

/// Something that would fail, or silently do the wrong thing, when deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where in `wrangler.toml`, as `env.dev.exports.Cart`; empty for the file as a whole.
    pub path: String,
    /// What is wrong.
    pub message: String,
}

impl Problem {
    fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => write!(f, "wrangler.toml: {}", self.message),
            path => write!(f, "wrangler.toml, {path}: {}", self.message),
        }
    }
}

/// Everything that is wrong with a built project's `wrangler.toml`.
pub fn project(project: &Project, tools: &Tools) -> Result<Vec<Problem>> {
    published(project, &Published::usual(project), tools)
}

/// Everything that is wrong with the configuration of a published build.
pub(crate) fn published(project: &Project, published: &Published, tools: &Tools) -> Result<Vec<Problem>> {
    let read = |path: std::path::PathBuf| fs::read_to_string(&path).at("read", &path);
    let text = read(published.config.clone())?;
    let configuration = match parse(&text) {
        Ok(configuration) => configuration,
        Err(problem) => return Ok(vec![problem]),
    };
    let path = tools.config_schema();
    let rules = serde_json::from_str(&read(path.clone())?).map_err(|error| {
        Failure::new("cannot read the schema of wrangler's configuration")
            .detail(format!("{}: {error}", path.display()))
            .help("delete that folder; the next run installs it again")
    })?;
    let mut problems = schema(&rules, &configuration);
    // A Worker that was written without durably has no description of its classes to agree with.
    if project.is_durably() || published.folder.join("app.json").exists() {
        let entry = read(published.folder.join("entry.mjs"))?;
        problems.extend(lifecycle(&configuration, &entry, &published.app(project)?));
    }
    Ok(problems)
}

/// TOML as the JSON that wrangler makes of it.
pub fn parse(wrangler_toml: &str) -> Result<Value, Problem> {
    toml_edit::de::from_str(wrangler_toml).map_err(|error| Problem::new("", error.to_string()))
}
