//! What `dev` does around the server: secrets, initial values, building again.

#![allow(clippy::expect_used)] // a test may

mod fake;

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use fake::{Project, output};

#[test]
fn the_first_run_makes_secrets_and_later_ones_keep_them() {
    let project = Project::new("secrets");
    project.write(".dev.vars", "A_KEY=mine");
    drop(project.dev());
    let written = project.read(".dev.vars");
    assert!(written.starts_with("A_KEY=mine\nB_KEY=\""), "{written}");
    assert_eq!(written.lines().count(), 2);
    let mode = std::fs::metadata(project.folder.join(".dev.vars")).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let file = || std::fs::metadata(project.folder.join(".dev.vars")).expect("it is there").ino();
    let before = file();
    drop(project.dev());
    assert_eq!((project.read(".dev.vars"), file()), (written, before), "it was written again");
}

#[test]
fn secrets_that_cannot_be_read_are_left_alone() {
    let project = Project::new("unreadable");
    project.write(".dev.vars", "A_KEY=1\nno assignment\n");
    let (success, text) = output(&mut project.command(&["dev", "--port", "0"]));
    assert!(!success && text.contains("line 2"), "{text}");
    assert_eq!(project.read(".dev.vars"), "A_KEY=1\nno assignment\n");
}

#[test]
fn git_is_told_to_leave_secrets_out() {
    let project = Project::new("git");
    let git = std::process::Command::new("git").args(["init", "--quiet"]).current_dir(&project.folder).status();
    assert!(git.is_ok_and(|status| status.success()), "git is needed for this test");
    project.write(".gitignore", "target");
    drop(project.dev());
    drop(project.dev());
    assert_eq!(project.read(".gitignore"), "target\n.dev.vars*\n");
}

#[test]
fn initial_values_are_loaded_once() {
    let project = Project::new("seeds");
    project.write(".durably/seeds/dev/APP_CONFIG.json", r#"[{"key":"app_config","value":"1"}]"#);
    drop(project.dev());
    let calls = project.read("tools/calls");
    assert!(calls.contains("kv key list --binding APP_CONFIG --env dev --local --persist-to"), "{calls}");
    let puts = calls.matches("kv bulk put").count();
    assert_eq!(puts, 1, "{calls}");
    assert!(project.read("tools/put.json").contains(r#""metadata":{"durably":"seed","hash":""#));
    drop(project.dev());
    assert_eq!(project.read("tools/calls").matches("kv ").count(), 2, "a second run asks nothing");
    project.write(".durably/seeds/dev/APP_CONFIG.json", r#"[{"key":"app_config","value":"2"}]"#);
    drop(project.dev());
    assert_eq!(project.read("tools/calls").matches("kv bulk put").count(), 2);
}

#[test]
fn a_value_that_an_operator_wrote_is_not_overwritten() {
    let project = Project::new("operator");
    project.write(".durably/seeds/dev/APP_CONFIG.json", r#"[{"key":"app_config","value":"1"}]"#);
    drop(fake::Dev::start(project.command(&["dev", "--port", "0"]).env("FAKE_KEYS", r#"[{"name":"app_config"}]"#)));
    assert_eq!(project.read("tools/calls").matches("kv bulk put").count(), 0);
}

#[test]
fn an_edit_is_built_and_a_failed_build_keeps_the_old_worker() {
    let project = Project::new("edit");
    let mut dev = project.dev();
    assert_eq!(project.read(".durably/worker/index.js"), "// one\n");
    project.write("src/lib.rs", "// number two\n");
    dev.wait_for("reloading");
    assert_eq!(project.read(".durably/worker/index.js"), "// number two\n");
    project.write("src/broken", "");
    project.write("src/lib.rs", "// the third\n");
    dev.wait_for("this does not compile");
    dev.wait_for("goes on serving");
    assert_eq!(project.read(".durably/worker/index.js"), "// number two\n");
    assert!(dev.child.try_wait().expect("it can be asked").is_none());
    dev.signal("-TERM");
    dev.end();
    dev.assert_nobody_left();
}

#[test]
fn an_unknown_environment_is_answered_with_the_known_ones() {
    let project = Project::new("environment");
    let (success, text) = output(&mut project.command(&["dev", "--port", "0", "--env", "prod"]));
    assert!(!success && text.contains("there is no environment prod") && text.contains("dev"), "{text}");
}

#[test]
fn wrangler_gets_no_network_no_prompts_and_no_meters() {
    let project = Project::new("variables");
    drop(project.dev());
    let environment = project.read("tools/environment");
    for variable in [
        "CI=1",
        "WRANGLER_SEND_METRICS=false",
        "CLOUDFLARE_CF_FETCH_ENABLED=false",
        "X_LOCAL_OBSERVABILITY=false",
        "X_LOCAL_EXPLORER=false",
    ] {
        assert!(environment.lines().any(|line| line == variable), "{variable}");
    }
    let calls = project.read("tools/calls");
    assert!(calls.contains("dev --ip 127.0.0.1 --inspector-port 0 --port 0"), "{calls}");
}

#[test]
fn lines_of_the_worker_are_passed_on() {
    let project = Project::new("lines");
    project.dev().wait_for("GET /one 200 OK");
}

#[test]
fn a_reader_that_stops_reading_does_not_stop_the_worker() {
    let project = Project::new("unread");
    project.write("tools/talks", "");
    let mut command = project.command(&["dev", "--port", "0"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
    let deadline = Instant::now() + Duration::from_mins(1);
    while !project.folder.join("tools/talked").exists() && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(50));
    }
    fake::kill("-KILL", &format!("-{}", child.id()));
    child.wait().expect("it ended");
    assert!(project.folder.join("tools/talked").exists(), "the Worker stands still");
}

#[test]
fn outside_of_a_project_it_says_so() {
    let (success, text) = output(std::process::Command::new(fake::BINARY).args(["durably", "dev"]).current_dir("/"));
    assert!(!success && text.contains("not a durably project") && text.contains("wrangler.toml.in"), "{text}");
}
