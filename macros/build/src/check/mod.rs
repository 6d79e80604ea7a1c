//! What `cargo durably` checks after a build: that wrangler will understand the configuration, and that configuration,
//! entry module and code agree where wrangler's dry run is silent.

mod config;
mod lifecycle;

use std::fmt;

pub use config::config;
pub use lifecycle::lifecycle;

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

/// TOML as the JSON that wrangler makes of it.
fn parse(wrangler_toml: &str) -> Result<serde_json::Value, Problem> {
    toml_edit::de::from_str(wrangler_toml).map_err(|error| Problem::new("", error.to_string()))
}
