//! `cargo durably test`.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::args::Test as Args;
use crate::process::{Running, Spec};
use crate::tools::Tools;
use crate::ui::loud;
use crate::worker::{self, Profile};
use crate::{Failure, Project, Reporter, Result};

pub(super) fn run(project: &Project, args: &Args, report: &Reporter) -> Result<()> {
    let selection = Kinds::of(project)?.select(args.only.as_deref())?;
    let tools = Tools::ensure(project, report)?;
    // Here it shows what it does; within a test it would be minutes of silence.
    if args.only.as_deref().is_none_or(|kind| kind == "workerd") {
        worker::build(&tools, &project.crate_folder()?, &project.worker(), Profile::Dev, report)?;
    }
    let code = Running::start_attached(&command(project, &tools, &selection, &args.filter))?.wait()?;
    if code == 0 {
        report.answer(loud(format_args!("passed: {}", selection.name)));
        return Ok(());
    }
    Err(Failure::new(format!("failed: {} (exit code {code} of cargo test)", selection.name))
        .help("what failed is named above, after `failures:` or `error:`"))
}

fn command(project: &Project, tools: &Tools, selection: &Selection, filter: &[String]) -> Spec {
    let own = std::env::current_exe().unwrap_or_default();
    let spec = Spec::new(crate::project::cargo())
        .args(["test", "--no-fail-fast"])
        .args(&selection.options)
        .folder(project.root())
        .env("DURABLY_PROJECT", project.root())
        .env("DURABLY_BIN", own);
    let spec = tools.name_in(spec);
    if filter.is_empty() { spec } else { spec.arg("--").args(filter) }
}

/// What cargo's runner is to run.
#[derive(Debug, PartialEq, Eq)]
struct Selection {
    name: String,
    options: Vec<String>,
}

/// A test target of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Target {
    package: String,
    name: String,
}

/// The kinds of tests in the workspace: each folder below `tests` is one, with the test targets in it.
#[derive(Debug, Default)]
struct Kinds {
    targets: BTreeMap<String, Vec<Target>>,
    /// Test targets elsewhere; they belong to `unit`.
    inside: Vec<Target>,
}

impl Kinds {
    fn of(project: &Project) -> Result<Self> {
        Ok(Self::parse(&project.metadata()?))
    }

    fn parse(metadata: &Value) -> Self {
        let tests = Path::new(metadata["workspace_root"].as_str().unwrap_or_default()).join("tests");
        let mut kinds = Self::default();
        for package in metadata["packages"].as_array().into_iter().flatten() {
            let targets = package["targets"].as_array().into_iter().flatten();
            for target in targets.filter(|target| target["kind"][0] == "test") {
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                let found = Target { package: text(&package["name"]), name: text(&target["name"]) };
                let source = text(&target["src_path"]);
                let kind = Path::new(&source).strip_prefix(&tests).ok().and_then(|below| below.iter().next());
                match kind.and_then(|kind| kind.to_str()) {
                    Some(kind) => kinds.targets.entry(kind.to_owned()).or_default().push(found),
                    None => kinds.inside.push(found),
                }
            }
        }
        kinds
    }

    fn select(&self, only: Option<&str>) -> Result<Selection> {
        let name = only.unwrap_or("the workspace").to_owned();
        let everywhere = |more: &[&str]| [&["--workspace"], more].concat().into_iter().map(str::to_owned).collect();
        let options: Vec<String> = match only {
            None => everywhere(&[]),
            Some("doc") => everywhere(&["--doc"]),
            Some("unit") => {
                let inside = self.inside.iter().flat_map(|target| ["--test", target.name.as_str()]);
                everywhere(&["--lib", "--bins"].into_iter().chain(inside).collect::<Vec<_>>())
            }
            Some(kind) => {
                let targets = self.targets.get(kind).ok_or_else(|| self.unknown(kind))?.iter();
                let options = targets.flat_map(|target| ["--package", &target.package, "--test", &target.name]);
                options.map(str::to_owned).collect()
            }
        };
        Ok(Selection { name, options })
    }

    fn unknown(&self, kind: &str) -> Failure {
        let mut names = vec!["unit", "doc"];
        names.extend(self.targets.keys().map(String::as_str));
        Failure::new(format!("there is no kind of tests named {kind}"))
            .detail(format!("there are {}", names.join(", ")))
            .help("name one of these with --only; to choose tests by name, write a part of the name without --only")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Kinds;

    fn kinds() -> Kinds {
        let target = |name: &str, path: &str| json!({ "name": name, "kind": ["test"], "src_path": path });
        Kinds::parse(&json!({
            "workspace_root": "/w",
            "packages": [
                { "name": "server", "targets": [
                    target("routes", "/w/tests/workerd/tests/routes.rs"),
                    target("data", "/w/tests/workerd/tests/data.rs"),
                    { "name": "server", "kind": ["lib"], "src_path": "/w/tests/workerd/src/lib.rs" },
                ] },
                { "name": "macros", "targets": [target("expansion", "/w/tests/expansion/expansion.rs")] },
                { "name": "cargo-durably", "targets": [target("process", "/w/macros/cli/tests/process.rs")] },
            ],
        }))
    }

    fn options(only: Option<&str>) -> String {
        kinds().select(only).expect("it is a kind").options.join(" ")
    }

    #[test]
    fn a_kind_is_a_folder_of_tests() {
        assert_eq!(options(Some("workerd")), "--package server --test routes --package server --test data");
        assert_eq!(options(Some("expansion")), "--package macros --test expansion");
        assert_eq!(options(Some("unit")), "--workspace --lib --bins --test process");
        assert_eq!(options(Some("doc")), "--workspace --doc");
        assert_eq!(options(None), "--workspace");
    }

    #[test]
    fn an_unknown_kind_is_answered_with_the_known_ones() {
        let failure = kinds().select(Some("uii")).expect_err("there is none");
        assert_eq!(failure.detail, "there are unit, doc, expansion, workerd");
    }
}
