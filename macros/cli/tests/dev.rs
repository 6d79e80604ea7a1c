//! What `dev` does around the server: secrets, initial values, building again.

#![allow(clippy::expect_used)] // a test may

mod fake;

use std::io::Write;
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
    assert_eq!(project.read(".gitignore"), "target\n.wrangler.dev.toml\n.dev.vars*\n");
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

/// The entry module of the build that wrangler is pointed at.
fn served(project: &Project) -> String {
    let config = project.read(".wrangler.dev.toml");
    let main = config.lines().find_map(|line| line.strip_prefix("main = \"")?.strip_suffix('"')).unwrap_or_default();
    project.read(main)
}

#[test]
fn an_edit_is_built_and_a_failed_build_keeps_the_old_worker() {
    let project = Project::new("edit");
    let mut dev = project.dev();
    assert_eq!(served(&project), "// one\n");
    project.write("src/lib.rs", "// number two\n");
    dev.wait_for("reloading");
    assert_eq!(served(&project), "// number two\n");
    project.write("src/broken", "");
    project.write("src/lib.rs", "// the third\n");
    dev.wait_for("this does not compile");
    dev.wait_for("still serving");
    assert_eq!(served(&project), "// number two\n");
    assert!(dev.child.try_wait().expect("it can be asked").is_none());
    std::fs::remove_file(project.folder.join("src/broken")).expect("it was there");
    dev.wait_for("reloading");
    assert_eq!(served(&project), "// the third\n");
    dev.signal("-TERM");
    dev.end();
    dev.assert_nobody_left();
    assert!(!project.folder.join(".wrangler.dev.toml").exists(), "it belongs to a running `dev`");
}

#[test]
fn a_first_build_that_fails_waits_for_the_edit() {
    let project = Project::new("first");
    project.write("src/broken", "");
    let dev = fake::Dev::begin(&mut project.command(&["dev", "--port", "0"]));
    dev.wait_for("this does not compile");
    dev.wait_for("waiting for an edit");
    std::fs::remove_file(project.folder.join("src/broken")).expect("it was there");
    dev.wait_for("ready on ");
}

#[test]
fn what_the_worker_is_not_made_of_is_not_built() {
    let project = Project::new("concerns");
    let data = project.folder.join("elsewhere/data.txt");
    project.write("elsewhere/data.txt", "1");
    project.write("src/target/deep.rs", "1");
    project
        .write("tools/inputs", &format!("{} {}", data.display(), project.folder.join("src/target/deep.rs").display()));
    let dev = project.dev();
    let builds = || project.read("tools/compiled").lines().count();
    assert_eq!(builds(), 1);
    for path in ["src/nobody_includes_this.rs", "tests/some.rs", "README.md", "wrangler.toml.bak", ".durably/app2.json"]
    {
        project.write(path, "2");
    }
    thread::sleep(Duration::from_secs(2));
    assert_eq!(builds(), 1, "none of these concern the Worker");
    project.write("elsewhere/data.txt", "22");
    dev.wait_for("elsewhere/data.txt changed");
    dev.wait_for("the Worker is the same");
    project.write("src/target/deep.rs", "22");
    dev.wait_for("src/target/deep.rs changed");
    dev.wait_for("the Worker is the same");
    assert_eq!(builds(), 3);
    assert_eq!(project.read("tools/builds").lines().count(), 1, "the module is the same: nothing comes after cargo");
}

#[test]
fn a_package_that_is_added_later_and_a_link_are_watched() {
    let project = Project::new("later");
    project.write("shared/real.txt", "1");
    project.write("other/src/lib.rs", "1");
    std::os::unix::fs::symlink("../shared/real.txt", project.folder.join("src/linked.txt")).expect("it is made");
    project.write("tools/inputs", &project.folder.join("src/linked.txt").display().to_string());
    let dev = project.dev();
    project.write("shared/real.txt", "22");
    dev.wait_for("src/linked.txt changed");
    dev.wait_for("the Worker is the same");
    // Now it depends on a package more.
    let inputs = format!("{} {}", project.read("tools/inputs"), project.folder.join("other/src/lib.rs").display());
    project.write("tools/inputs", &inputs);
    project.write("Cargo.toml", &format!("{}\n# more\n", project.read("Cargo.toml")));
    dev.wait_for("Cargo.toml changed");
    dev.wait_for("the Worker is the same");
    project.write("other/src/lib.rs", "22");
    dev.wait_for("other/src/lib.rs changed");
}

#[test]
fn a_file_that_is_written_all_the_time_does_not_keep_it_from_building() {
    let project = Project::new("restless");
    let dev = project.dev();
    let stop = std::sync::atomic::AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut text = String::from("// more\n");
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                text.push_str("// and more\n");
                project.write("src/lib.rs", &text);
                thread::sleep(Duration::from_millis(50));
            }
        });
        dev.wait_for("reloading");
        dev.wait_for("reloading");
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    let last = project.read("src/lib.rs");
    let deadline = Instant::now() + Duration::from_secs(20);
    while served(&project) != last {
        assert!(Instant::now() < deadline, "the last edit is not served");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn an_edit_during_a_build_is_built_too() {
    let project = Project::new("during");
    let dev = project.dev();
    project.write("tools/build-is-slow", "");
    project.write("src/lib.rs", "// two\n");
    dev.wait_for("src/lib.rs changed");
    thread::sleep(Duration::from_millis(600));
    project.write("src/lib.rs", "// and three\n");
    thread::sleep(Duration::from_millis(600));
    std::fs::remove_file(project.folder.join("tools/build-is-slow")).expect("it was there");
    let deadline = Instant::now() + Duration::from_secs(20);
    while served(&project) != "// and three\n" {
        assert!(Instant::now() < deadline, "served is {}", served(&project));
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn secrets_are_applied_and_bad_ones_said_at_once() {
    let project = Project::new("applied");
    let dev = project.dev();
    let before = project.read(".wrangler.dev.toml");
    let keys = project.read(".dev.vars");
    project.write(".dev.vars", &format!("{keys}what is this\n"));
    dev.wait_for("each line must be `KEY=value`");
    dev.wait_for("still serving with the secrets");
    assert_eq!(project.read(".wrangler.dev.toml"), before);
    project.write(".dev.vars", &format!("{keys}OTHER=1\n"));
    dev.wait_for("the secrets changed, reloading");
    assert_ne!(project.read(".wrangler.dev.toml"), before, "wrangler reads them when its configuration changes");
    project.write(".dev.vars.dev", "A_KEY=1\n");
    dev.wait_for("wrote random values for B_KEY");
    dev.wait_for("the secrets changed, reloading");
}

#[test]
fn a_build_that_failed_for_its_secrets_is_tried_again_with_new_ones() {
    let project = Project::new("failed");
    project.write("tools/build-is-slow", "");
    let dev = fake::Dev::begin(&mut project.command(&["dev", "--port", "0"]));
    thread::sleep(Duration::from_secs(1));
    project.write(".dev.vars", "what is this\n"); // it was in order when `dev` began
    std::fs::remove_file(project.folder.join("tools/build-is-slow")).expect("it was there");
    dev.wait_for("each line must be `KEY=value`");
    dev.wait_for("waiting for an edit");
    project.write(".dev.vars", "A_KEY=1\nB_KEY=2\n");
    dev.wait_for("ready on ");
}

#[test]
fn secrets_are_made_only_for_a_build_that_is_served() {
    let project = Project::new("unmade");
    project.write("src/broken", "");
    fake::Dev::begin(&mut project.command(&["dev", "--port", "0"])).wait_for("waiting for an edit");
    assert!(!project.folder.join(".dev.vars").exists());
    std::fs::remove_file(project.folder.join("src/broken")).expect("it was there");
    let unknown = output(&mut project.command(&["dev", "--port", "0", "--env", "prod"]));
    assert!(!project.folder.join(".dev.vars").exists(), "{unknown:?}");
}

/// After a build that failed every file of the package counts, but for those that the Worker writes.
#[test]
fn data_in_the_package_is_not_an_edit() {
    let project = Project::new("data");
    let dev = project.dev_with(&["--persist-to", "data"], Stdio::null());
    project.write("src/broken", "");
    project.write("src/lib.rs", "// two\n");
    dev.wait_for("still serving");
    project.write("data/v3/do/one.sqlite", "rows");
    thread::sleep(Duration::from_secs(2));
    project.write("src/other.rs", "");
    let next = dev.wait_for("changed, building");
    assert!(next.contains("src/other.rs"), "{next}");
}

#[test]
fn a_browser_is_opened_once_when_it_is_ready() {
    let project = Project::new("open");
    let opens = "#!/bin/sh\necho \"$0 $1\" >> \"$FAKE/opened\"\n";
    project.script("tools/browser", opens);
    project.script("tools/path/xdg-open", opens);
    project.script("tools/path/open", opens); // its name on macOS
    let open = |named: &str| {
        let mut command = project.command(&["dev", "--port", "0", "--open"]);
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{}:{path}", project.folder.join("tools/path").display()));
        command.env("BROWSER", if named.is_empty() { named.into() } else { project.folder.join(named) });
        fake::Dev::start(&mut command)
    };
    let opened = || project.read("tools/opened").lines().map(str::to_owned).collect::<Vec<_>>();
    let dev = open("tools/browser");
    project.write("src/lib.rs", "// two\n");
    dev.wait_for("reloading");
    let address = dev.ready.split("ready on ").nth(1).and_then(|rest| rest.split(' ').next()).expect("it has one");
    assert_eq!(opened().len(), 1, "{:?}", opened());
    assert!(opened()[0].ends_with(&format!("tools/browser {address}")), "{:?}", opened());
    drop(dev);

    drop(open(""));
    let deadline = Instant::now() + Duration::from_secs(20);
    while opened().len() < 2 && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(50));
    }
    assert!(opened()[1].contains("open http://127.0.0.1:"), "without BROWSER the system's opener: {:?}", opened());

    let dev = open("tools/there-is-none");
    dev.wait_for("could not open http://127.0.0.1:");
    project.write("src/lib.rs", "// three\n");
    dev.wait_for("reloading");
}

#[test]
fn a_deleted_folder_is_noticed_and_its_lock_holds() {
    let project = Project::new("deleted");
    let app = project.read(".durably/app.json");
    let dev = project.dev();
    // While the sources are broken nobody can build anew what is served.
    project.write("src/broken", "");
    project.write("src/lib.rs", "// two\n");
    dev.wait_for("still serving");
    std::fs::remove_dir_all(project.folder.join(".durably")).expect("it was there");
    dev.wait_for("was deleted; restarting");
    let (success, text) = output(&mut project.command(&["dev", "--port", "0"]));
    assert!(!success && text.contains("another `cargo durably dev` is using this data"), "{text}");
    dev.wait_for("serving again on ");
    assert_eq!(served(&project), "// one\n");
    project.write(".durably/app.json", &app);
    std::fs::remove_file(project.folder.join("src/broken")).expect("it was there");
    dev.wait_for("reloading");
    assert_eq!(served(&project), "// two\n");
}

/// wrangler that starts without the files of the build says so, and then neither gets ready nor ends.
#[test]
fn a_folder_that_is_deleted_while_wrangler_starts_is_noticed() {
    let project = Project::new("again");
    let dev = project.dev();
    project.write("tools/hangs", "");
    std::fs::remove_dir_all(project.folder.join(".durably/dev")).expect("it was there");
    dev.wait_for("was deleted; restarting");
    let deadline = Instant::now() + Duration::from_secs(20);
    while !project.folder.join("tools/is-hanging").exists() {
        assert!(Instant::now() < deadline, "wrangler is not started");
        thread::sleep(Duration::from_millis(50));
    }
    std::fs::remove_dir_all(project.folder.join(".durably/dev")).expect("it was made again");
    dev.wait_for("was deleted; restarting");
    std::fs::remove_file(project.folder.join("tools/hangs")).expect("it was there");
    dev.wait_for("serving again on ");
    assert_eq!(served(&project), "// one\n");
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
    assert!(calls.contains("dev --ip 127.0.0.1 --inspector-port 0 --port "), "{calls}");
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
fn single_keys_build_open_and_end() {
    let project = Project::new("keys");
    let (mut terminal, ours) = fake::terminal();
    let mut command = project.command(&["dev", "--port", "0"]);
    project.script("tools/browser", "#!/bin/sh\necho \"$1\" >> \"$FAKE/opened\"\n");
    let mut dev = fake::Dev::begin(command.stdin(ours).env("BROWSER", project.folder.join("tools/browser")));
    dev.wait_for("press r to rebuild");
    terminal.write_all(b"r").expect("it is written");
    dev.wait_for("the Worker is the same");
    terminal.write_all(b"o").expect("it is written");
    let deadline = Instant::now() + Duration::from_secs(20);
    while project.read("tools/opened").is_empty() {
        assert!(Instant::now() < deadline, "no browser was opened");
        thread::sleep(Duration::from_millis(50));
    }
    assert!(project.read("tools/opened").starts_with("http://127.0.0.1:"));
    terminal.write_all(b"q").expect("it is written");
    assert_eq!(dev.end().code(), Some(0));
    dev.assert_nobody_left();
}

#[test]
fn what_it_is_told_reaches_wrangler() {
    let project = Project::new("told");
    let args =
        ["--ip", "127.0.0.2", "--inspector-port", "9230", "--var", "A:1", "--var", "B:x:y", "--log-level", "warn"];
    drop(project.dev_with(&args, Stdio::null()));
    let calls = project.read("tools/calls");
    assert!(calls.contains("dev --ip 127.0.0.2 --inspector-port 9230 --port "), "{calls}");
    assert!(calls.contains("--var A:1 --var B:x:y --log-level warn"), "{calls}");
}

#[test]
fn json_is_one_object_a_line() {
    let project = Project::new("json");
    project.write("src/broken", "");
    let dev = fake::Dev::begin(&mut project.command(&["dev", "--port", "0", "--log-format", "json"]));
    let object = |text: &str| -> serde_json::Value { serde_json::from_str(&dev.wait_for(text)).expect("it is JSON") };
    assert_eq!(object("this does not compile")["level"], "note");
    assert_eq!(object("could not be built")["level"], "error");
    std::fs::remove_file(project.folder.join("src/broken")).expect("it was there");
    let ready = object("ready on ");
    assert!(
        ready["level"] == "ready" && ready["message"].as_str().is_some_and(|text| text.starts_with("ready on http"))
    );
    assert_eq!(object("GET /one 200 OK")["level"], "worker");
}

#[test]
fn fresh_data_is_asked_for_and_only_data_is_deleted() {
    let project = Project::new("fresh");
    project.write("data/v3/do/one.sqlite", "rows");
    let fresh = ["--persist-to", "data", "--fresh"];
    drop(project.dev_with(&fresh, Stdio::null()));
    assert!(!project.folder.join("data/v3/do").exists(), "without a terminal the flag is the answer");

    project.write("data/v3/do/one.sqlite", "rows");
    let (mut terminal, ours) = fake::terminal();
    let command = [&["dev", "--port", "0"], fresh.as_slice()].concat();
    let mut dev = fake::Dev::begin(project.command(&command).stdin(ours));
    dev.wait_for("--fresh deletes the data in");
    terminal.write_all(b"no\n").expect("it is written");
    dev.wait_for("nothing was deleted");
    assert_eq!(dev.end().code(), Some(2));
    assert_eq!(project.read("data/v3/do/one.sqlite"), "rows");

    project.write("data/letters.txt", "mine");
    let (success, text) = output(&mut project.command(&command));
    assert!(
        !success && text.contains("letters.txt was not written by `cargo durably dev`; nothing was deleted"),
        "{text}"
    );
    assert_eq!(
        (project.read("data/letters.txt"), project.read("data/v3/do/one.sqlite")),
        ("mine".into(), "rows".into())
    );
}

#[test]
fn completions_are_written_for_every_shell() {
    for shell in ["bash", "zsh", "fish"] {
        let (success, text) = output(std::process::Command::new(fake::BINARY).args(["completions", shell]));
        assert!(success && text.contains("no-default-features"), "{shell}: {text}");
    }
}

#[test]
fn outside_of_a_project_it_says_so() {
    let (success, text) = output(std::process::Command::new(fake::BINARY).args(["durably", "dev"]).current_dir("/"));
    assert!(!success && text.contains("not a durably project") && text.contains("wrangler.toml.in"), "{text}");
}
