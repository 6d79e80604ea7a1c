//! `doctor` looks, says what to do, and ends with 1 if somebody has to do something.

#![allow(clippy::expect_used)] // a test may

mod fake;

use fake::{Project, output};
use serde_json::Value;

fn ask(command: &mut std::process::Command) -> (bool, Vec<Value>) {
    let output = command.output().expect("it runs");
    let rows: Value = serde_json::from_slice(&output.stdout).expect("it is JSON, and nothing else");
    (output.status.success(), rows.as_array().expect("it is a list").clone())
}

#[test]
fn nothing_installed_yet_is_no_illness() {
    let project = Project::new("healthy");
    let (success, rows) = ask(&mut project.fresh_command(&["doctor", "--json"]));
    assert!(success, "{rows:?}");
    let row = rows.iter().find(|row| row["name"] == "worker-build").expect("it is looked at");
    assert_eq!(row["state"], "will be installed");
    assert_eq!(row["needed"], "0.8.7");
    assert!(row["help"].as_str().is_some_and(|help| help.contains("cargo durably dev")));
    assert!(!project.folder.join("cache/durably/tools").exists(), "it only looks");
}

#[test]
fn what_is_missing_is_named_with_what_to_do() {
    let project = Project::new("ill");
    let nothing = project.folder.join("nothing");
    let (success, rows) = ask(project.fresh_command(&["doctor", "--json"]).env("PATH", &nothing));
    assert!(!success);
    for name in ["rustc", "cargo", "cc", "npm"] {
        let row = rows.iter().find(|row| row["name"] == name).expect("it is looked at");
        assert_eq!((&row["ok"], &row["state"]), (&Value::Bool(false), &Value::from("missing")), "{name}");
        assert!(row["help"].as_str().is_some_and(|help| help.contains("install")), "{name}");
    }
    let (success, text) = output(project.fresh_command(&["doctor"]).env("PATH", &nothing));
    assert!(!success && text.contains("✗ rustc") && text.contains("prerequisites are missing"), "{text}");
    assert!(!text.contains('\u{1b}'), "no colours in a pipe");
}

#[test]
fn what_is_absent_is_not_ticked() {
    let project = Project::new("absent");
    drop(fake::Dev::start(&mut project.fresh_command(&["dev", "--port", "0"])));
    // npm has done its work; nothing of it is needed any more, and it is not there.
    let (_, rows) = ask(project.fresh_command(&["doctor", "--json"]).env("PATH", project.folder.join("nothing")));
    let npm = rows.iter().find(|row| row["name"] == "npm").expect("it is looked at");
    assert_eq!((&npm["ok"], &npm["state"], &npm["found"]), (&Value::Bool(true), &"not needed".into(), &"—".into()));
}
