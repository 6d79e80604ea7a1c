//! Whatever happens to `dev`, wrangler and workerd do not outlive it, and nothing it leaves stands in the way.

#![allow(clippy::expect_used)] // a test may

mod fake;

use std::process::Stdio;
use std::thread;
use std::time::Duration;

use fake::{Project, below, group, kill, output};

/// A fake wrangler, its two "workerds" and the supervisor between, all in the group of `dev`.
fn assert_all_are_in_the_group(dev: &fake::Dev) {
    let family = below(dev.pid());
    assert!(family.len() >= 4, "{family:?}");
    for process in family {
        assert_eq!(process.group, dev.pid(), "{process:?} left the group");
    }
}

#[test]
fn a_kill_of_dev_alone_ends_everything() {
    let project = Project::new("kill");
    let mut dev = project.dev();
    assert_all_are_in_the_group(&dev);
    dev.signal("-KILL");
    dev.end();
    dev.assert_nobody_left();
}

#[test]
fn sigterm_ends_everything_even_what_ignores_it() {
    let project = Project::new("term");
    let mut dev = project.dev();
    dev.signal("-TERM");
    assert_eq!(dev.end().code(), Some(143));
    dev.assert_nobody_left();
}

#[test]
fn ctrl_c_ends_everything() {
    let project = Project::new("int");
    let mut dev = project.dev();
    kill("-INT", &format!("-{}", dev.pid()));
    assert_eq!(dev.end().code(), Some(130));
    dev.assert_nobody_left();
}

#[test]
fn a_kill_of_the_group_ends_everything() {
    let project = Project::new("group");
    let mut dev = project.dev();
    kill("-KILL", &format!("-{}", dev.pid()));
    dev.end();
    dev.assert_nobody_left();
}

#[test]
fn a_killed_supervisor_is_replaced_and_leaves_nobody() {
    let project = Project::new("supervisor");
    let mut dev = project.dev();
    let before = below(dev.pid());
    let supervisor = group(dev.pid()).into_iter().find(|process| process.args.contains("__supervise"));
    kill("-KILL", &supervisor.expect("there is one").pid.to_string());
    dev.wait_for("wrangler exited");
    dev.wait_for("serving again on http://127.0.0.1:");
    let after = below(dev.pid());
    assert!(before.iter().all(|old| after.iter().all(|new| new.pid != old.pid)), "{before:?} {after:?}");
    dev.signal("-TERM");
    assert_eq!(dev.end().code(), Some(143));
    dev.assert_nobody_left();
}

#[test]
fn an_end_of_wrangler_is_told_and_it_is_started_again() {
    let project = Project::new("wrangler");
    let mut dev = project.dev();
    let family = below(dev.pid());
    let supervisor = family.iter().find(|process| process.args.contains("__supervise")).expect("there is one").pid;
    let wrangler = family.iter().find(|process| process.parent == supervisor).expect("there is one").pid;
    kill("-KILL", &wrangler.to_string());
    dev.wait_for("wrangler exited (exit code 137)");
    dev.wait_for("serving again on http://127.0.0.1:");
    dev.signal("-TERM");
    assert_eq!(dev.end().code(), Some(143));
    dev.assert_nobody_left();
}

#[test]
fn a_wrangler_that_does_not_start_again_is_tried_again() {
    let project = Project::new("again");
    let mut dev = project.dev();
    project.write("tools/refuses", "");
    let supervisor = group(dev.pid()).into_iter().find(|process| process.args.contains("__supervise"));
    kill("-KILL", &supervisor.expect("there is one").pid.to_string());
    dev.wait_for("it does not start");
    std::fs::remove_file(project.folder.join("tools/refuses")).expect("it was there");
    dev.wait_for("serving again on http://127.0.0.1:");
    assert!(dev.child.try_wait().expect("it can be asked").is_none());
}

#[test]
fn a_closed_stdin_does_not_end_it() {
    let project = Project::new("stdin");
    let mut dev = project.dev_with(&[], Stdio::piped());
    drop(dev.child.stdin.take());
    thread::sleep(Duration::from_millis(800));
    assert!(dev.child.try_wait().expect("it can be asked").is_none(), "it ended");
    assert_all_are_in_the_group(&dev);
}

#[test]
fn data_belongs_to_one_dev_and_a_killed_one_leaves_no_lock() {
    let project = Project::new("data");
    let mut first = project.dev();
    let (success, text) = output(&mut project.command(&["dev", "--port", "0"]));
    assert!(!success && text.contains("another `cargo durably dev` is using this data"), "{text}");
    first.signal("-KILL");
    first.end();
    assert!(project.dev().ready.contains("ready on http://127.0.0.1:"));
}

#[test]
fn a_port_in_use_is_named_before_any_work() {
    let project = Project::new("port");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = taken.local_addr().expect("it has an address").port().to_string();
    let (success, text) = output(&mut project.command(&["dev", "--port", &port]));
    assert!(!success && text.contains(&format!("port {port} is already in use")) && text.contains("--port"), "{text}");
    assert_eq!(project.read("tools/builds"), "");
}

#[test]
fn a_wrangler_that_does_not_start_is_quoted() {
    let project = Project::new("refuses");
    project.write("tools/refuses", "");
    let (success, text) = output(&mut project.command(&["dev", "--port", "0"]));
    assert!(!success && text.contains("exit code 3") && text.contains("it does not start"), "{text}");
}
