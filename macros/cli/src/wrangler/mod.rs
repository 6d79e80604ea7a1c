//! Cloudflare's own tool: it checks, bundles and serves. We give it no network, no prompts and no say in where its
//! files go.

mod dev;
mod dry_run;
mod kv;

use std::path::Path;

pub use self::dev::{Dev, DevOptions};
pub(crate) use self::dev::{Listen, Workerds, check_port};
pub use self::dry_run::{DryRun, dry_run};
pub(crate) use self::kv::Kv;
use crate::process::Spec;
use crate::tools::Tools;

/// wrangler with a command, for the project in `folder`.
pub fn command(tools: &Tools, folder: &Path, command: &[&str]) -> Spec {
    let generated = folder.join(".durably");
    // A worker is told apart by its folder; the list of running ones is not shared between projects.
    let registry = generated.join("wrangler/registry");
    Spec::new(&tools.node)
        .arg(tools.wrangler())
        .args(command)
        .folder(folder)
        .env("CI", "1")
        .env("WRANGLER_SEND_METRICS", "false")
        .env("WRANGLER_SEND_ERROR_REPORTS", "false")
        .env("WRANGLER_HIDE_BANNER", "true")
        .env("WRANGLER_NO_SKILLS_UPDATE_PROMPTS", "true")
        .env("WRANGLER_WRITE_LOGS", "false")
        .env("WRANGLER_REGISTRY_PATH", registry)
        .env("WRANGLER_CACHE_DIR", generated.join("wrangler/cache"))
        .env("CLOUDFLARE_CF_FETCH_ENABLED", "false")
        // Each request costs twenty times more with them.
        .env("X_LOCAL_OBSERVABILITY", "false")
        .env("X_LOCAL_EXPLORER", "false")
        .env("NO_COLOR", "1")
        .env("FORCE_COLOR", "0")
}
