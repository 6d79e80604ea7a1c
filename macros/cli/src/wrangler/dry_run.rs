//! `wrangler deploy --dry-run`: everything that a deploy checks before it uses the network.

use std::path::Path;

use super::command;
use crate::process::run;
use crate::tools::Tools;
use crate::{Failure, Result};

/// What wrangler would upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DryRun {
    /// The size as wrangler gives it: `181.20 KiB / gzip: 65.10 KiB`.
    pub upload: Option<String>,
}

/// Bundles and checks the Worker for an environment. A warning of wrangler's is an error.
pub fn dry_run(tools: &Tools, folder: &Path, config: &Path, environment: Option<&str>) -> Result<DryRun> {
    let out = folder.join(".durably/bundle").join(environment.unwrap_or("top-level"));
    let spec = command(tools, folder, &["deploy", "--dry-run"])
        .arg("--config")
        .arg(config)
        .args(environment.iter().flat_map(|name| ["--env", name]))
        .arg("--outdir")
        .arg(out);
    let finished = run(&spec)?;
    let name = environment.map_or_else(|| "the top level".to_owned(), |name| format!("environment {name}"));
    let said = complaints(&finished.output);
    if finished.code != 0 || !said.is_empty() {
        let detail = if said.is_empty() { finished.output } else { said };
        return Err(Failure::new(format!("wrangler refuses to deploy {name}"))
            .detail(detail)
            .help("fix wrangler.toml.in or the code; a warning counts as an error, because it means that something will not work as written"));
    }
    Ok(DryRun { upload: upload(&finished.output) })
}

/// The warnings and errors, each from its mark up to the next thing wrangler says.
fn complaints(output: &str) -> String {
    let mut found = Vec::new();
    let mut inside = false;
    for line in output.lines() {
        if line.contains("[WARNING]") || line.contains("[ERROR]") {
            inside = true;
        } else if !line.is_empty() && !line.starts_with(' ') {
            inside = false;
        }
        if inside {
            found.push(line);
        }
    }
    found.join("\n").trim().to_owned()
}

fn upload(output: &str) -> Option<String> {
    output.lines().find_map(|line| line.trim().strip_prefix("Total Upload:")).map(|size| size.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::{complaints, upload};

    const OUTPUT: &str = "\n▲ [WARNING] Processing wrangler.toml configuration:\n\n    - Unexpected fields found in top-level field: \"nam\"\n\n\nTotal Upload: 0.34 KiB / gzip: 0.24 KiB\nNo bindings found.\n--dry-run: exiting now.\n";

    #[test]
    fn a_warning_is_found_with_what_belongs_to_it() {
        assert_eq!(
            complaints(OUTPUT),
            "▲ [WARNING] Processing wrangler.toml configuration:\n\n    - Unexpected fields found in top-level field: \"nam\""
        );
        assert_eq!(complaints("Total Upload: 1 KiB\n--dry-run: exiting now.\n"), "");
    }

    #[test]
    fn the_size_is_wranglers_own() {
        assert_eq!(upload(OUTPUT).as_deref(), Some("0.34 KiB / gzip: 0.24 KiB"));
    }
}
