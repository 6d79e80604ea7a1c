//! The same with the real wrangler and workerd. Only worker-build is a script still: the Worker is JavaScript.

#![allow(clippy::expect_used, clippy::panic)] // a test may

mod fake;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use cargo_durably::process::run;
use cargo_durably::tools::Tools;
use cargo_durably::{Reporter, wrangler};
use fake::{Dev, Project, group, output};

const WORKER: &str = r#"import { DurableObject } from "cloudflare:workers";
export class Counter extends DurableObject {
    next() {
        const sql = this.ctx.storage.sql;
        sql.exec("CREATE TABLE IF NOT EXISTS counter (n INTEGER)");
        sql.exec("INSERT INTO counter VALUES (1)");
        return sql.exec("SELECT count(*) AS n FROM counter").one().n;
    }
}
export default {
    async fetch(request, env) {
        const n = await env.COUNTER.getByName("one").next();
        return new Response(`one ${n} ${await env.APP_CONFIG.get("app_config")} ${env.A_KEY.length}`);
    }
};
"#;

const CONFIG: &str = r#"name = "fixture"
main = ".durably/worker/index.js"
compatibility_date = "2026-11-17"

[env.dev]
routes = []
kv_namespaces = [{ binding = "APP_CONFIG" }]
durable_objects.bindings = [{ name = "COUNTER", class_name = "Counter" }]
exports.Counter = { type = "durable-object", storage = "sqlite" }
secrets.required = ["A_KEY", "B_KEY"]
"#;

fn tools() -> Tools {
    let workspace = cargo_durably::Project::find(Some(Path::new(env!("CARGO_MANIFEST_DIR"))));
    workspace
        .and_then(|workspace| Tools::ensure(&workspace, &Reporter::new()))
        .unwrap_or_else(|failure| panic!("{failure}"))
}

fn project(name: &str) -> Project {
    let project = Project::new(name);
    project.write("src/lib.rs", WORKER);
    project.write("wrangler.toml", CONFIG);
    project.write(".durably/seeds/dev/APP_CONFIG.json", r#"[{"key":"app_config","value":"seeded"}]"#);
    project.write(
        ".durably/app.json",
        r#"{"format":1,"crate":"fixture","dir":"","worker":"fixture","lifecycle":"exports","seeds":[],"events":[],
        "environments":["dev"],"classes":[{"class":"Counter","binding":"COUNTER"}],
            "configurations":[{"configuration":"AppConfig","binding":"APP_CONFIG","key":"app_config"}],"secrets":{"required":["A_KEY","B_KEY"],"optional":[]}}"#,
    );
    project.write(".durably/entry.mjs", "export class Counter extends DurableObject {\n");
    project
}

/// The command with the real tools, but for worker-build.
fn command(project: &Project, tools: &Tools, args: &[&str]) -> Command {
    let mut command = project.command(args);
    command.env("DURABLY_NODE", &tools.node).env("DURABLY_NODE_MODULES", &tools.node_modules);
    let temporary = project.folder.join("tmp");
    std::fs::create_dir_all(&temporary).expect("it is made");
    command.env("TMPDIR", temporary);
    command
}

fn address(dev: &Dev) -> &str {
    dev.ready.split("http://").nth(1).and_then(|rest| rest.split(' ').next()).expect("it names its address")
}

/// A request and its whole answer.
fn exchange(dev: &Dev, path: &str) -> std::io::Result<String> {
    let address = address(dev);
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

fn get(dev: &Dev) -> String {
    attempt(dev).expect("it answers")
}

/// The answer, unless nobody gives one within ten seconds.
fn attempt(dev: &Dev) -> std::io::Result<String> {
    let answer = exchange(dev, "/")?;
    let body = answer.split("\r\n\r\n").nth(1).unwrap_or_default();
    // One chunk: its length, the text, the end.
    Ok(body.lines().find(|line| line.contains(' ')).unwrap_or(&answer).to_owned())
}

#[test]
fn the_whole_way() {
    let (project, tools) = (project("real"), tools());
    let mut dev = Dev::start(&mut command(&project, &tools, &["dev", "--port", "0"]));
    assert_eq!(get(&dev), "one 1 seeded 43");
    assert!(group(dev.pid()).iter().any(|process| process.args.contains("workerd")), "workerd is in the group");

    dev.signal("-KILL");
    dev.end();
    dev.assert_nobody_left();
    let mut dev = Dev::start(&mut command(&project, &tools, &["dev", "--port", "0"]));
    assert_eq!(get(&dev), "one 2 seeded 43", "the data is there after a kill");

    project.write("src/lib.rs", &WORKER.replace("`one ", "`two "));
    dev.wait_for("reloading");
    let deadline = Instant::now() + Duration::from_secs(20);
    while !get(&dev).starts_with("two ") {
        assert!(Instant::now() < deadline, "an edit is not served");
        thread::sleep(Duration::from_millis(100));
    }
    dev.signal("-TERM");
    assert_eq!(dev.end().code(), Some(143));
    dev.assert_nobody_left();

    let put = wrangler::command(&tools, &project.folder, &["kv", "key", "put", "app_config", "operator"]).args([
        "--binding",
        "APP_CONFIG",
        "--env",
        "dev",
        "--local",
        "--persist-to",
        ".durably/state",
    ]);
    assert_eq!(run(&put).expect("wrangler runs").code, 0);
    project.write(".durably/seeds/dev/APP_CONFIG.json", r#"[{"key":"app_config","value":"another seed"}]"#);
    let mut dev = Dev::start(&mut command(&project, &tools, &["dev", "--port", "0"]));
    assert!(get(&dev).contains(" operator "), "{}", get(&dev));
    dev.signal("-KILL");
    dev.end();
    let left: Vec<_> = std::fs::read_dir(project.folder.join("tmp")).expect("it is there").flatten().collect();
    assert!(left.is_empty(), "left in the folder for temporary files: {left:?}");
}

#[test]
fn an_own_seed_that_changed_is_loaded_again() {
    let (project, tools) = (project("reseed"), tools());
    drop(Dev::start(&mut command(&project, &tools, &["dev", "--port", "0"])));
    project.write(".durably/seeds/dev/APP_CONFIG.json", r#"[{"key":"app_config","value":"second"}]"#);
    let dev = Dev::start(&mut command(&project, &tools, &["dev", "--port", "0"]));
    assert!(get(&dev).contains(" second "), "{}", get(&dev));
}

#[test]
fn a_build_is_checked_by_wrangler_and_by_its_schema() {
    let (project, tools) = (project("build"), tools());
    let build = || output(&mut command(&project, &tools, &["build"]));
    let (success, text) = build();
    assert!(success && text.contains("gzip"), "{text}");

    // What was checked is remembered, with its sizes: nothing may be run.
    let bundle = project.folder.join(".durably/bundle");
    std::fs::remove_dir_all(&bundle).expect("wrangler made it");
    let again = build();
    assert!(again.0 && again.1.contains("gzip") && !bundle.exists(), "{again:?}");
    let json = command(&project, &tools, &["build", "--json"]).output().expect("it runs").stdout;
    let sizes: serde_json::Value = serde_json::from_slice(&json).expect("it is JSON, and nothing else");
    assert_eq!(sizes["wasm"], 5, "{sizes}");
    assert!(sizes["environments"][0]["gzip"].as_u64().is_some_and(|gzip| gzip > 100), "{sizes}");
    assert_eq!(sizes["environments"][0]["environment"], "dev", "{sizes}");

    project.write("wrangler.toml", &CONFIG.replace("routes", "rooutes"));
    let (success, text) = build();
    assert!(!success && text.contains("env.dev.rooutes: wrangler does not know this key"), "{text}");

    // wrangler only warns that an environment does not inherit variables.
    project.write("wrangler.toml", &CONFIG.replace("\n[env.dev]", "vars.A = \"1\"\n\n[env.dev]"));
    let (success, text) = build();
    assert!(!success && text.contains("[WARNING]") && text.contains("vars"), "{text}");

    project.write("wrangler.toml", &CONFIG.replace("exports.Counter", "exports.Ghost"));
    let (success, text) = build();
    assert!(!success && text.contains("`Counter` is bound but has no lifecycle"), "{text}");
}

#[test]
fn a_crash_of_workerd_is_noticed_and_served_again() {
    let (project, tools) = (project("crash"), tools());
    let mut dev = Dev::start(&mut command(&project, &tools, &["dev", "--port", "0"]));
    assert_eq!(get(&dev), "one 1 seeded 43");
    let listens = address(&dev);
    let workerds = || group(dev.pid()).into_iter().filter(|process| process.args.contains("workerd serve"));
    let listener = workerds().find(|process| process.args.contains(&format!("entry={listens}"))).expect("it listens");
    fake::kill("-KILL", &listener.pid.to_string());
    dev.wait_for("workerd crashed; restarting it");
    dev.wait_for("serving again on");
    assert_eq!(get(&dev), "one 2 seeded 43", "the same port, the same data");

    let worker = workerds().find(|process| !process.args.contains(&format!("entry={listens}"))).expect("it runs");
    fake::kill("-KILL", &worker.pid.to_string());
    let deadline = Instant::now() + Duration::from_secs(90);
    let mut attempts = 1;
    let answer = loop {
        match attempt(&dev) {
            Ok(answer) if answer.ends_with(" seeded 43") => break answer,
            other => assert!(Instant::now() < deadline, "nobody answers after a crash of the Worker's own: {other:?}"),
        }
        attempts += 1;
        thread::sleep(Duration::from_millis(200));
    };
    // A request whose answer did not come may have been counted.
    let possible = (3..3 + attempts).any(|n| answer == format!("one {n} seeded 43"));
    assert!(possible, "{answer} after {attempts} attempts");
    dev.signal("-TERM");
    assert_eq!(dev.end().code(), Some(143));
    dev.assert_nobody_left();
}

/// A Worker whose answers the one that goes before it changes: it is a class, as durably's own entry is.
const ENTRY: &str = r#"import { WorkerEntrypoint } from "cloudflare:workers";
export default class extends WorkerEntrypoint {
    fetch(request) {
        const empty = new URL(request.url).pathname === "/empty";
        const headers = { "X-Own": "kept", "Set-Cookie": "a=1" };
        return new Response(empty ? null : "the Worker's own", { status: empty ? 204 : 418, headers });
    }
}
"#;

#[test]
fn a_failed_build_is_told_by_every_answer_and_on_a_page() {
    let (project, tools) = (project("told"), tools());
    project.generates("told");
    let generated = "tools/out/durably/files/";
    let config = "name = \"told\"\nmain = \".durably/entry.mjs\"\ncompatibility_date = \"2026-11-17\"\n[env.dev]\n";
    project.write(&format!("{generated}wrangler.toml"), config);
    project.write(&format!("{generated}.durably/entry.mjs"), ENTRY);
    let dev = Dev::start(&mut command(&project, &tools, &["dev", "--port", "0"]));
    let heads = || ["/", "/empty"].map(|path| exchange(&dev, path).expect("it answers").to_ascii_lowercase());
    let all = |heads: &[String], text: &str| heads.iter().all(|head| head.contains(text));
    let none = |heads: &[String], text: &str| !heads.iter().any(|head| head.contains(text));
    let page = || exchange(&dev, "/.durably/build").expect("it answers");
    let before = heads();
    assert!(all(&before, "x-own: kept") && none(&before, "durably-build"), "{before:?}");
    assert!(page().contains("The build that is served is the newest one"), "{}", page());

    project.write("src/broken", "");
    project.write("src/lib.rs", "// two\n");
    dev.wait_for("still serving");
    let deadline = Instant::now() + Duration::from_secs(5);
    while none(&heads(), "durably-build: failed") {
        assert!(Instant::now() < deadline, "no answer tells it: {:?}", heads());
        thread::sleep(Duration::from_millis(100));
    }
    let failed = heads();
    assert!(all(&failed, "durably-build: failed"), "{failed:?}");
    assert!(all(&failed, "x-own: kept") && all(&failed, "set-cookie: a=1"), "the rest is as it was: {failed:?}");
    assert!(failed[0].starts_with("http/1.1 418") && failed[0].contains("the worker's own"), "{failed:?}");
    assert!(failed[1].starts_with("http/1.1 204"), "{failed:?}");
    let shown = page();
    assert!(
        shown.contains("The build failed") && shown.contains("error: this does not compile: &#60;u32&#62;"),
        "{shown}"
    );
    assert!(shown.to_ascii_lowercase().contains("cache-control: no-store"), "{shown}");

    std::fs::remove_file(project.folder.join("src/broken")).expect("it was there");
    dev.wait_for("reloading");
    let deadline = Instant::now() + Duration::from_secs(20);
    while !page().contains("The build that is served is the newest one") {
        assert!(Instant::now() < deadline, "it still says: {}", page());
        thread::sleep(Duration::from_millis(100));
    }
    assert!(none(&heads(), "durably-build"), "{:?}", heads());
}

/// wrangler drops keys of `.dev.vars` that the configuration does not require.
#[test]
fn an_optional_secret_reaches_the_worker() {
    let (project, tools) = (project("optional"), tools());
    let answer = "return new Response(`A ${env.A_KEY.length} ${env.C_KEY} ${env.D_KEY} ${env.X}`);";
    project.write(
        "src/lib.rs",
        &format!("{}{answer}\n    }}\n}};\n", WORKER.split("const n = await").next().unwrap_or_default()),
    );
    // Nothing to load first: that takes another wrangler.
    let app = r#"{"format":1,"crate":"fixture","dir":"","worker":"fixture","lifecycle":"exports","seeds":[],"events":[],
        "environments":["dev"],"classes":[{"class":"Counter","binding":"COUNTER"}],
        "configurations":[],"secrets":{"required":["A_KEY","B_KEY"],"optional":["C_KEY","D_KEY"]}}"#;
    project.write(".durably/app.json", app);
    project.write(".dev.vars", "C_KEY=\"c: the value\"\nX=nobody asks for it\n");
    let dev = Dev::start(&mut command(&project, &tools, &["dev", "--port", "0"]));
    let answer = get(&dev);
    assert!(answer.contains("A 43 c: the value undefined undefined"), "{answer}");
    assert!(!group(dev.pid()).iter().any(|process| process.args.contains("the value")), "it stands in a command line");
}
