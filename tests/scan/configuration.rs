//! What the build wrote, before wrangler: its schema, its dry run in every environment, and what its dry run does not see.
//! Needs the tools that `cargo durably test` sets up.

#![allow(clippy::panic, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};

use cargo_durably::tools::Tools;
use cargo_durably::wrangler::dry_run;
use cargo_durably::{Project, check};
use durably_build::Build;

const LIB: &str = "
use durably::prelude::*;
durably::bindings!();
#[durable_state]
pub struct Chat { count: u32 }
#[durable_rpc]
impl Chat { pub fn count(&self) -> u32 { self.count } }
#[durable_state]
pub struct Room { name: String }
#[durable_rpc]
impl Room { pub fn title(&self) -> String { self.name.clone() } }
#[kv_config]
pub struct Settings {
    #[config(default = \"x\", env = \"MODEL\")]
    model: String,
    #[config(secret = \"KEY\")]
    key: Secret<String>,
    #[config(secret = \"MORE\")]
    more: Option<Secret<String>>,
}
";

const TEMPLATE: &str = "
name = \"rooms\"
compatibility_date = \"2026-11-17\"
[observability]
enabled = true
[triggers]
crons = [\"0 3 * * *\"]
[vars]
REGION = \"eu\"
[env.dev]
[env.staging.vars]
MODEL = \"tiny\"
[env.production]
routes = [{ pattern = \"rooms.example.com\", custom_domain = true }]
[[env.production.kv_namespaces]]
binding = \"SETTINGS\"
id = \"0123456789abcdef0123456789abcdef\"
[durably.seeds.dev.Settings]
model = \"small\"
";

const WORKER: &str =
    "export class Chat {}\nexport class Room {}\nglobalThis.__worker_init_state ??= {};\nexport default class {}\n";

struct Generated {
    folder: PathBuf,
    project: Project,
    tools: Tools,
}

fn generate(name: &str, template: &str) -> Generated {
    let Some(tools) = Tools::from_env() else {
        panic!("no tools are named: run this by `cargo durably test configuration`")
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("configuration").join(name);
    let _ = fs::remove_dir_all(&folder); // the first time there is nothing
    for (path, text) in [("wrangler.toml.in", template), ("src/lib.rs", LIB), (".durably/worker/index.js", WORKER)] {
        write(&folder.join(path), text);
    }
    let build = Build {
        manifest_dir: folder.clone(),
        out_dir: folder.join("out"),
        krate: "rooms".into(),
        features: Vec::new(),
    };
    let report = build.run().unwrap_or_else(|error| panic!("{error}"));
    assert!(report.complete, "{report:?}");
    let project = Project::find(Some(&folder)).unwrap_or_else(|error| panic!("{error:?}"));
    Generated { folder, project, tools }
}

impl Generated {
    fn problems(&self) -> Vec<String> {
        let problems = check::project(&self.project, &self.tools).unwrap_or_else(|error| panic!("{error:?}"));
        problems.iter().map(ToString::to_string).collect()
    }

    fn dry_run(&self, environment: Option<&str>) {
        let run = dry_run(&self.tools, &self.folder, &self.project.config(), environment);
        assert!(run.is_ok(), "{run:?}");
    }

    /// Changes `wrangler.toml` behind the build's back.
    fn change(&self, change: impl FnOnce(String) -> String) {
        let path = self.project.config();
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{error}"));
        let changed = change(text.clone());
        assert_ne!(changed, text, "the mutant is none");
        write(&path, &changed);
    }
}

fn write(path: &Path, text: &str) {
    let done = path.parent().map(fs::create_dir_all).map(|_| fs::write(path, text));
    assert!(matches!(done, Some(Ok(()))), "{}", path.display());
}

fn ledger() -> String {
    format!("{TEMPLATE}[durably]\nlifecycle = \"migrations\"\n")
}

#[test]
fn every_environment_in_both_forms() {
    for (name, template) in [("exports", TEMPLATE.to_owned()), ("migrations", ledger())] {
        let generated = generate(name, &template);
        assert_eq!(generated.problems(), [""; 0]);
        for environment in ["dev", "staging", "production"] {
            generated.dry_run(Some(environment));
        }
    }
}

#[test]
fn no_environments() {
    let generated = generate("top-level", "name = \"rooms\"\ncompatibility_date = \"2026-11-17\"\n");
    assert_eq!(generated.problems(), [""; 0]);
    generated.dry_run(None);
}

/// Wrangler says nothing; we do.
#[track_caller]
fn refused(generated: &Generated, part: &str) {
    generated.dry_run(Some("dev"));
    let problems = generated.problems();
    assert!(problems.iter().any(|problem| problem.contains(part)), "{part:?} is not in {problems:#?}");
}

#[test]
fn a_bound_class_without_lifecycle() {
    let generated = generate("without-lifecycle", &ledger());
    generated.change(|text| text.replace("[\"Chat\", \"Room\"]", "[\"Chat\"]"));
    refused(&generated, "the class `Room` is bound but has no lifecycle");
}

#[test]
fn a_class_that_is_gone_but_still_bound() {
    let generated = generate("still-bound", &ledger());
    let step = "[[env.dev.migrations]]\ntag = \"v2\"\ndeleted_classes = [\"Room\"]\n";
    generated.change(|text| format!("{text}\n{step}"));
    refused(&generated, "the class `Room` is bound but has no lifecycle");
}

#[test]
fn a_live_class_that_is_not_in_the_code() {
    let generated = generate("not-in-the-code", TEMPLATE);
    let ghost = "[env.dev.exports.Ghost]\ntype = \"durable-object\"\nstorage = \"sqlite\"\n";
    generated.change(|text| format!("{text}\n{ghost}"));
    refused(&generated, "the class `Ghost` is live but does not exist in the code");
}
