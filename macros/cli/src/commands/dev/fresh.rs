//! `--fresh`: begins with empty data.

use std::fs;
use std::io::{BufRead, IsTerminal, stdin};
use std::path::Path;

use crate::failure::At;
use crate::{Failure, Reporter, Result, files};

/// What `dev` and wrangler write there. Anything else is not ours to delete.
const OURS: [&str; 3] = ["v3", "durably-seeds.json", "durably-put.json"];

/// Empties the folder, after a question on a terminal.
pub(super) fn empty(state: &Path, report: &Reporter) -> Result<()> {
    let mut there = Vec::new();
    for entry in fs::read_dir(state).at("list", state)? {
        let name = entry.at("list", state)?.file_name();
        if OURS.iter().any(|ours| name == *ours) {
            there.push(name);
        } else if !name.to_string_lossy().starts_with('.') {
            return Err(Failure::usage(format!("--fresh does not empty {}", state.display()))
                .detail(format!(
                    "{} was not written by `cargo durably dev`; nothing was deleted",
                    Path::new(&name).display()
                ))
                .help("pass another folder with --persist-to, or empty this one yourself"));
        }
    }
    if there.is_empty() {
        return Ok(());
    }
    if stdin().is_terminal() && !is_wanted(state, report) {
        return Err(Failure::usage("nothing was deleted").help("run it without --fresh to keep the data"));
    }
    for name in there {
        let path = state.join(name);
        if path.is_dir() { files::remove_folder(&path)? } else { fs::remove_file(&path).at("remove", &path)? }
    }
    report.note(format_args!("deleted the data in {}", state.display()));
    Ok(())
}

fn is_wanted(state: &Path, report: &Reporter) -> bool {
    report.warn(format_args!("--fresh deletes the data in {}. Type yes to go on:", state.display()));
    let mut line = String::new();
    stdin().lock().read_line(&mut line).is_ok_and(|_| line.trim().eq_ignore_ascii_case("yes"))
}
