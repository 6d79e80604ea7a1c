//! `cargo durably test`.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::time::Instant;

use serde_json::Value;

use self::totals::Totals;
use super::args::Test as Args;
use crate::process::{Running, Spec, plain};
use crate::project::Sources;
use crate::tools::Tools;
use crate::ui::{loud, seconds};
use crate::worker::{self, Profile};
use crate::{Failure, Project, Reporter, Result};

mod totals;

pub(super) fn run(project: &Project, args: &Args, report: &Reporter) -> Result<()> {
    let began = Instant::now();
    let kinds = Kinds::of(project)?;
    let selection = kinds.select(args.only.as_deref())?;
    let tools = Tools::ensure(project, report)?;
    // Here it shows what it does; within a test it would be minutes of silence.
    if args.only.as_deref().is_none_or(|kind| kind == "workerd") {
        let Sources { krate, target, .. } = project.sources()?;
        // Where the tests look for it. Not where `cargo durably build` publishes what is deployed.
        let out = target.join("workerd").join(krate.file_name().unwrap_or_default());
        worker::build(&tools, &krate, &out, Profile::Dev, report)?;
    }
    let mut totals = Totals::default();
    let finished = Running::start(&command(project, &tools, &selection, &args.filter))?.follow(|line| {
        totals.count(&plain(&line.text), |program| kinds.of_program(program));
        report.pass_on(line);
    })?;
    if let Some(table) = totals.table() {
        report.answer(table);
    }
    let text = totals.judge(&selection.name, finished.code, &args.filter)?;
    report.answer(loud(format_args!("{text}, in {}", seconds(began.elapsed()))));
    Ok(())
}

fn command(project: &Project, tools: &Tools, selection: &Selection, filter: &[String]) -> Spec {
    let own = std::env::current_exe().unwrap_or_default();
    let spec = Spec::new(crate::project::cargo())
        .args(["test", "--no-fail-fast"])
        .env("CARGO_TERM_COLOR", if crate::ui::coloured() { "always" } else { "never" })
        .args(&selection.options)
        .folder(project.root())
        .env("DURABLY_PROJECT", project.root())
        .env("DURABLY_BIN", own);
    let spec = tools.name_in(spec);
    if selection.runner.is_empty() && filter.is_empty() {
        return spec;
    }
    spec.arg("--").args(&selection.runner).args(filter)
}

/// What cargo's runner is to run.
#[derive(Debug, PartialEq, Eq)]
struct Selection {
    name: String,
    options: Vec<String>,
    /// What each test program is told.
    runner: Vec<String>,
}

/// The kind of the tests that are marked `#[ignore = "long"]`: minutes of looking for what nobody thought of.
const LONG: &str = "long";

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
                let source = straight(Path::new(&text(&target["src_path"])));
                let kind = source.strip_prefix(&tests).ok().and_then(|below| below.iter().next());
                match kind.and_then(|kind| kind.to_str()) {
                    Some(kind) => kinds.targets.entry(kind.to_owned()).or_default().push(found),
                    None => kinds.inside.push(found),
                }
            }
        }
        kinds
    }

    /// The kind that a test program belongs to, by the name of its target.
    fn of_program(&self, name: &str) -> &str {
        let has = |targets: &Vec<Target>| targets.iter().any(|target| target.name == name);
        self.targets.iter().find(|(_, targets)| has(targets)).map_or("unit", |(kind, _)| kind)
    }

    fn select(&self, only: Option<&str>) -> Result<Selection> {
        let name = only.unwrap_or("the workspace").to_owned();
        let everywhere = |more: &[&str]| [&["--workspace"], more].concat().into_iter().map(str::to_owned).collect();
        let options: Vec<String> = match only {
            None => everywhere(&[]),
            Some("doc") => everywhere(&["--doc"]),
            Some(LONG) => everywhere(&["--lib", "--bins", "--tests"]),
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
        let runner = if only == Some(LONG) { vec!["--ignored".to_owned()] } else { Vec::new() };
        Ok(Selection { name, options, runner })
    }

    fn unknown(&self, kind: &str) -> Failure {
        let mut names = vec!["unit", "doc", LONG];
        names.extend(self.targets.keys().map(String::as_str));
        Failure::new(format!("there is no kind of test named `{kind}`"))
            .detail(format!("the kinds are {}", names.join(", ")))
            .help("pass one of these to --only; to choose tests by name, pass part of the name without --only")
    }
}

/// The path without `..`: a target's path may lead out of its package.
fn straight(path: &Path) -> PathBuf {
    let mut straight = PathBuf::new();
    for component in path.components() {
        if component == Component::ParentDir {
            straight.pop();
        } else {
            straight.push(component);
        }
    }
    straight
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
                { "name": "cargo-durably", "targets": [
                    target("process", "/w/macros/cli/tests/process.rs"),
                    target("edits", "/w/macros/cli/../../tests/loop/edits.rs"),
                ] },
            ],
        }))
    }

    fn options(only: Option<&str>) -> String {
        kinds().select(only).expect("it is a kind").options.join(" ")
    }

    #[test]
    fn a_kind_is_a_folder_of_tests() {
        assert_eq!(options(Some("workerd")), "--package server --test routes --package server --test data");
        assert_eq!(options(Some("loop")), "--package cargo-durably --test edits");
        assert_eq!(options(Some("expansion")), "--package macros --test expansion");
        assert_eq!(options(Some("unit")), "--workspace --lib --bins --test process");
        assert_eq!(options(Some("doc")), "--workspace --doc");
        assert_eq!(options(None), "--workspace");
    }

    #[test]
    fn a_program_is_of_the_kind_of_its_target() {
        let kinds = kinds();
        let of = ["routes", "expansion", "process", "cargo_durably"].map(|name| kinds.of_program(name));
        assert_eq!(of, ["workerd", "expansion", "unit", "unit"]);
    }

    #[test]
    fn long_tests_are_those_that_the_others_leave_out() {
        let selection = kinds().select(Some("long")).expect("it is a kind");
        assert_eq!(selection.options, ["--workspace", "--lib", "--bins", "--tests"]);
        assert_eq!(selection.runner, ["--ignored"]);
        assert!(kinds().select(None).expect("it is everything").runner.is_empty());
    }

    /// Cargo's runner can't choose among ignored tests: all of them are of this kind.
    #[test]
    fn only_long_tests_are_ignored() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the workspace");
        let git = std::process::Command::new("git").args(["ls-files", "*.rs"]).current_dir(root).output();
        let files = String::from_utf8(git.expect("git runs").stdout).expect("names are text");
        let marked = |file: &str| std::fs::read_to_string(root.join(file)).unwrap_or_default();
        let other = |line: &str| line.trim_start().starts_with("#[ignore") && line.trim() != "#[ignore = \"long\"]";
        let others: Vec<&str> = files.lines().filter(|file| marked(file).lines().any(other)).collect();
        assert!(others.is_empty(), "tests ignored for another reason than `long` in {others:?}");
    }

    #[test]
    fn an_unknown_kind_is_answered_with_the_known_ones() {
        let failure = kinds().select(Some("uii")).expect_err("there is none");
        assert_eq!(failure.detail, "the kinds are unit, doc, long, expansion, loop, workerd");
    }
}
