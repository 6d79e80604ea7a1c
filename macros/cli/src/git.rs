//! What must not be committed: where git would take it, `.gitignore` is told.

use std::fs;
use std::io::Write;
use std::path::Path;

use crate::failure::At;
use crate::process::{Spec, ask};
use crate::{Reporter, Result};

/// Adds a pattern to the folder's `.gitignore`, unless git ignores the path already.
pub(crate) fn keep_out(folder: &Path, path: &Path, pattern: &str, report: &Reporter) -> Result<()> {
    let git = |args: &[&str]| Spec::new("git").args(args).folder(folder);
    let inside = ask(&git(&["rev-parse", "--is-inside-work-tree"]));
    let ignored = || ask(&git(&["check-ignore", "--quiet"]).arg(path)).is_some();
    if inside.as_deref() != Some("true") || ignored() {
        return Ok(());
    }
    let ignore = folder.join(".gitignore");
    let old = match fs::read_to_string(&ignore) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        text => text.at("read", &ignore)?,
    };
    let gap = if old.is_empty() || old.ends_with('\n') { "" } else { "\n" };
    let mut file = fs::OpenOptions::new().append(true).create(true).open(&ignore).at("open", &ignore)?;
    file.write_all(format!("{gap}{pattern}\n").as_bytes()).at("write", &ignore)?;
    report.note(format_args!("added {pattern} to {}, so that it is not committed", ignore.display()));
    Ok(())
}
