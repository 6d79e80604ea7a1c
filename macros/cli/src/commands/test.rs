//! `cargo durably test`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::args::Test as Args;
use crate::process::{Running, Spec, run as finish};
use crate::tools::Tools;
use crate::ui::loud;
use crate::worker::{self, Profile};
use crate::{Failure, Project, Reporter, Result};

pub(super) fn run(project: &Project, args: &Args, report: &Reporter) -> Result<()> {
    let kinds = Kinds::of(project)?;
    let selections = kinds.select(args.only.as_deref())?;
    let tools = Tools::ensure(project, report)?;
    if args.only.as_deref().is_none_or(|kind| kind == "workerd") {
        worker::build(&tools, &project.crate_folder()?, &project.worker(), Profile::Dev, report)?;
    }
    let mut failed = Vec::new();
    for selection in &selections {
        let spec = command(project, &tools, selection, &args.filter);
        let code = Running::start_attached(&spec)?.wait()?;
        if code != 0 {
            failed.push(selection.name.as_str());
        }
    }
    if failed.is_empty() {
        report.answer(loud("all tests passed"));
        return Ok(());
    }
    Err(Failure::new(format!("tests failed: {}", failed.join(", ")))
        .help("what failed is listed above, under `failures:`"))
}

fn command(project: &Project, tools: &Tools, selection: &Selection, filter: &[String]) -> Spec {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let own = std::env::current_exe().unwrap_or_default();
    let spec = Spec::new(cargo)
        .args(["test", "--no-fail-fast"])
        .args(&selection.options)
        .folder(project.root())
        .env("DURABLY_PROJECT", project.root())
        .env("DURABLY_BIN", own);
    let spec = tools.name_in(spec);
    if filter.is_empty() { spec } else { spec.arg("--").args(filter) }
}

/// What one call of cargo's runner runs.
#[derive(Debug, PartialEq, Eq)]
struct Selection {
    name: String,
    options: Vec<String>,
}

/// The kinds of tests in the workspace: each test target of a package below `tests` is one, by its name.
#[derive(Debug)]
struct Kinds {
    /// Package and target of each.
    targets: BTreeMap<String, (String, String)>,
    /// Test targets of other packages; they belong to `unit`.
    inside: Vec<(String, String)>,
}

impl Kinds {
    fn of(project: &Project) -> Result<Self> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let spec = Spec::new(cargo).args(["metadata", "--format-version", "1", "--no-deps"]).folder(project.root());
        let metadata = finish(&spec)?.success("cargo could not read the workspace", "correct Cargo.toml as it says")?;
        let json = serde_json::from_str(&metadata.stdout)
            .map_err(|error| Failure::new("cargo metadata answered with something unknown").detail(error))?;
        Ok(Self::parse(&json))
    }

    fn parse(metadata: &Value) -> Self {
        let root = metadata["workspace_root"].as_str().unwrap_or_default();
        let mut kinds = Self { targets: BTreeMap::new(), inside: Vec::new() };
        for package in metadata["packages"].as_array().into_iter().flatten() {
            let name = package["name"].as_str().unwrap_or_default();
            let manifest = package["manifest_path"].as_str().unwrap_or_default();
            let is_suite = manifest.strip_prefix(root).is_some_and(|path| path.starts_with("/tests/"));
            let tests =
                package["targets"].as_array().into_iter().flatten().filter(|target| target["kind"][0] == "test");
            for target in tests.filter_map(|target| target["name"].as_str()) {
                if is_suite {
                    kinds.targets.insert(target.to_owned(), (name.to_owned(), target.to_owned()));
                } else {
                    kinds.inside.push((name.to_owned(), target.to_owned()));
                }
            }
        }
        kinds
    }

    fn select(&self, only: Option<&str>) -> Result<Vec<Selection>> {
        let selection = |name: &str, options: &[&str]| Selection {
            name: name.to_owned(),
            options: options.iter().map(|&option| option.to_owned()).collect(),
        };
        match only {
            None => Ok(vec![selection("the workspace", &["--workspace"])]),
            Some("doc") => Ok(vec![selection("doc", &["--workspace", "--doc"])]),
            Some("unit") => {
                let mut unit = selection("unit", &["--workspace", "--lib", "--bins"]);
                for (_, target) in &self.inside {
                    unit.options.extend(["--test".to_owned(), target.clone()]);
                }
                Ok(vec![unit])
            }
            Some(kind) => match self.targets.get(kind) {
                Some((package, target)) => Ok(vec![selection(kind, &["--package", package, "--test", target])]),
                None => Err(self.unknown(kind)),
            },
        }
    }

    fn unknown(&self, kind: &str) -> Failure {
        let mut names = vec!["unit", "doc"];
        names.extend(self.targets.keys().map(String::as_str));
        Failure::new(format!("there is no kind of tests named {kind}"))
            .detail(format!("there are {}", names.join(", ")))
            .help("name one of these with --only; to choose tests by their names, write a part of the name without --only")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Kinds;

    fn kinds() -> Kinds {
        let target = |name: &str, kind: &str| json!({ "name": name, "kind": [kind] });
        Kinds::parse(&json!({
            "workspace_root": "/w",
            "packages": [
                { "name": "durably-tests", "manifest_path": "/w/tests/Cargo.toml",
                  "targets": [target("ui", "test"), target("workerd", "test"), target("durably_tests", "lib")] },
                { "name": "cargo-durably", "manifest_path": "/w/macros/cli/Cargo.toml", "targets": [target("process", "test")] },
            ],
        }))
    }

    fn options(only: Option<&str>) -> String {
        let selections = kinds().select(only).expect("it is a kind");
        selections.iter().map(|selection| selection.options.join(" ")).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn a_kind_is_a_test_target_below_tests() {
        assert_eq!(options(Some("ui")), "--package durably-tests --test ui");
        assert_eq!(options(Some("unit")), "--workspace --lib --bins --test process");
        assert_eq!(options(None), "--workspace");
    }

    #[test]
    fn an_unknown_kind_is_answered_with_the_known_ones() {
        let failure = kinds().select(Some("uii")).expect_err("there is none");
        assert_eq!(failure.detail, "there are unit, doc, ui, workerd");
    }
}
