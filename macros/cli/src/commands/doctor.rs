//! `cargo durably doctor`.

use serde_json::json;

use super::args::Doctor as Args;
use crate::checks::{self, Check, State};
use crate::{Failure, Project, Reporter, Result};

pub(super) fn run(project: Option<&Project>, args: &Args, report: &Reporter) -> Result<()> {
    let checks = checks::all(project);
    let text = if args.json { as_json(&checks) } else { as_table(&checks) };
    report.answer(text);
    let missing = checks.iter().filter(|check| check.state == State::Missing).count();
    match missing {
        0 => Ok(()),
        // In JSON the array says it all.
        _ if args.json => Err(Failure::new("")),
        1 => Err(Failure::new("1 prerequisite is missing").help("follow the hint in its line, then run this again")),
        n => Err(Failure::new(format!("{n} prerequisites are missing"))
            .help("follow the hints in their lines, then run this again")),
    }
}

fn as_json(checks: &[Check]) -> String {
    let rows: Vec<_> = checks
        .iter()
        .map(|check| {
            json!({ "name": check.name, "ok": check.state != State::Missing, "state": check.state.word(),
                "found": check.found, "needed": check.needed, "help": check.help })
        })
        .collect();
    serde_json::to_string_pretty(&rows).unwrap_or_default()
}

fn as_table(checks: &[Check]) -> String {
    let width = |of: fn(&Check) -> &str| checks.iter().map(|check| of(check).chars().count()).max().unwrap_or(0);
    let (name, found, needed) = (width(|check| &check.name), width(|check| &check.found), width(|check| &check.needed));
    let rows = checks.iter().map(|check| {
        let style = check.state.style();
        let row = format!(
            "{style}{}{style:#} {:name$}  {:found$}  {:needed$}  {}",
            check.state.mark(),
            check.name,
            check.found,
            check.needed,
            check.help
        );
        row.trim_end().to_owned()
    });
    rows.collect::<Vec<_>>().join("\n")
}
