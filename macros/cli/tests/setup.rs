//! What is missing is installed once a version, whole or not at all, by one process at a time.

#![allow(clippy::expect_used, clippy::panic)] // a test may

mod fake;

use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use fake::{Dev, Project, output};

const DEV: [&str; 3] = ["dev", "--port", "0"];

fn installs(project: &Project) -> usize {
    project.read("tools/installs").lines().count()
}

fn tools(project: &Project) -> Vec<String> {
    let folder = project.folder.join("cache/durably/tools");
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    names
}

fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < deadline, "{what} never came");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_first_run_installs_and_the_second_finds() {
    let project = Project::new("first");
    drop(Dev::start(&mut project.fresh_command(&DEV)));
    let installs_of_first = project.read("tools/installs");
    assert!(
        installs_of_first.contains("install worker-build --version 0.8.7 --bin worker-build --locked"),
        "{installs_of_first}"
    );
    assert!(installs_of_first.contains("install wasm-bindgen-cli --version 0.2.999"), "of the version in Cargo.lock");
    assert!(installs_of_first.contains("ci --ignore-scripts"), "{installs_of_first}");
    let names = tools(&project);
    assert!(names[0].starts_with("npm-") && names[1..] == ["wasm-bindgen-0.2.999", "worker-build-0.8.7"], "{names:?}");
    drop(Dev::start(&mut project.fresh_command(&DEV)));
    assert_eq!(project.read("tools/installs"), installs_of_first);
}

#[test]
fn a_lock_that_the_registry_cannot_serve_is_left_out_and_that_is_said() {
    let project = Project::new("odd");
    project.write("tools/lock-is-odd", "");
    let (_, said) = output(&mut project.fresh_command(&["build"]));
    assert!(said.contains("trying without that lock"), "{said}");
    let calls = project.read("tools/installs");
    assert_eq!(calls.matches("--locked").count(), 2, "{calls}");
    assert_eq!(calls.matches("install worker-build").count(), 2, "{calls}");
}

#[test]
fn an_install_that_fails_is_explained_and_leaves_nothing() {
    let project = Project::new("fails");
    project.write("tools/compiler-is-missing", "");
    let (success, text) = output(&mut project.fresh_command(&DEV));
    assert!(!success && text.contains("linker `cc` not found") && text.contains("could not install"), "{text}");
    assert_eq!(tools(&project).len(), 1, "only npm's: {:?}", tools(&project));
}

#[test]
fn a_killed_install_leaves_no_half_and_no_lock() {
    let project = Project::new("half");
    project.write("tools/slow", "");
    let mut killed = project.fresh_command(&DEV).stderr(Stdio::null()).spawn().expect("it starts");
    wait_until("the installation", || installs(&project) == 3);
    fake::kill("-KILL", &killed.id().to_string());
    killed.wait().expect("it ended");
    wait_until("the end of what it started", || fake::group(killed.id()).is_empty());
    assert!(!tools(&project).iter().any(|name| name.starts_with("worker-build")), "{:?}", tools(&project));
    std::fs::remove_file(project.folder.join("tools/slow")).expect("it was there");
    drop(Dev::start(&mut project.fresh_command(&DEV)));
    assert_eq!(tools(&project).len(), 3);
    assert!(
        !project.folder.join("cache/durably/tools/worker-build-0.8.7/bin/half").exists(),
        "made from the killed one's rest"
    );
}

#[test]
fn two_at_once_install_once_and_the_second_says_that_it_waits() {
    let project = Project::new("two");
    project.write("tools/slow", "");
    let mut first =
        project.fresh_command(&["build"]).stderr(Stdio::null()).stdout(Stdio::null()).spawn().expect("it starts");
    wait_until("the installation", || installs(&project) == 3);
    let release = thread::spawn({
        let slow = project.folder.join("tools/slow");
        move || {
            thread::sleep(Duration::from_secs(4));
            std::fs::remove_file(slow)
        }
    });
    let (_, text) = output(&mut project.fresh_command(&["build"]));
    assert!(text.contains("another `cargo durably` is installing worker-build-0.8.7"), "{text}");
    assert!(
        text.contains("(continues as soon as that one finishes) …"),
        "in a pipe it is said at the beginning: {text}"
    );
    release.join().expect("it ends").expect("it was there");
    first.wait().expect("it ended");
    assert_eq!(installs(&project), 3);
}

#[test]
fn a_damaged_tool_is_found_and_installed_again() {
    let project = Project::new("damaged");
    drop(Dev::start(&mut project.fresh_command(&DEV)));
    assert_eq!(project.read("tools/installs").matches("install worker-build").count(), 1);
    let tool = "cache/durably/tools/worker-build-0.8.7/bin/worker-build";
    let whole = project.read(tool);
    // What a full disk leaves: a program that is none.
    project.write(tool, "#!/bin/sh\nexit 1\n");
    drop(Dev::start(&mut project.fresh_command(&DEV)));
    assert_eq!(project.read("tools/installs").matches("install worker-build").count(), 2);
    assert_eq!(project.read(tool), whole);
    drop(Dev::start(&mut project.fresh_command(&DEV)));
    assert_eq!(project.read("tools/installs").matches("install worker-build").count(), 2, "one that works is kept");
}

#[test]
fn everything_that_is_missing_is_told_at_once_and_before_any_work() {
    let project = Project::new("missing");
    let nothing = project.folder.join("nothing");
    let (success, text) = output(project.fresh_command(&["build"]).env("PATH", &nothing));
    assert!(!success, "{text}");
    for name in ["npm", "cc", "rustc"] {
        assert!(text.contains(&format!("{name} (")), "{name} is not named in {text}");
    }
    assert_eq!(project.read("tools/installs"), "", "nothing was begun");
}
