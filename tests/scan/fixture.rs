//! Fixtures as crates of one temporary workspace, so that durably is built for all of them once.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const BUILD: &str = "fn main() {\n    durably_build::generate();\n}\n";
const TEMPLATE: &str = "name = \"fixture\"\ncompatibility_date = \"2026-11-17\"\n\n[env.dev]\n";

/// The crates of a temporary workspace.
pub(crate) struct Workspace {
    root: PathBuf,
    members: Vec<String>,
}

/// What came of one crate.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Errors as rustc shows them, without paths of this machine.
    pub(crate) errors: String,
    /// The build script's `OUT_DIR`.
    pub(crate) out_dir: PathBuf,
}

impl Workspace {
    /// An empty workspace in the folder for temporary files of tests.
    pub(crate) fn new(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&root); // the first time there is nothing
        write(&root.join("Cargo.lock"), &read(&repository().join("Cargo.lock")));
        Self { root, members: Vec::new() }
    }

    /// Adds a fixture: its sources, and a manifest and build script like any application's.
    pub(crate) fn add(&mut self, fixture: &str) -> &mut Self {
        self.add_as(fixture, fixture, BUILD)
    }

    /// Adds a fixture's sources under another name, with a build script of its own.
    pub(crate) fn add_as(&mut self, name: &str, fixture: &str, build: &str) -> &mut Self {
        let folder = self.root.join(name);
        let mut files = BTreeMap::new();
        collect(&sources().join(fixture), "", &mut files);
        assert!(!files.is_empty(), "there is no fixture {fixture}");
        files.entry("wrangler.toml.in".into()).or_insert_with(|| TEMPLATE.to_owned());
        files.insert("build.rs".into(), build.to_owned());
        files.insert("Cargo.toml".into(), manifest(name));
        for (path, text) in files {
            // Git would turn these line ends back into its own.
            let text = if path.ends_with("crlf.rs") { text.replace('\n', "\r\n") } else { text };
            write(&folder.join(path), &text);
        }
        self.members.push(name.to_owned());
        self
    }

    /// Type-checks all crates in one run of cargo.
    pub(crate) fn check(&self, arguments: &[&str]) -> BTreeMap<String, Outcome> {
        let members = self.members.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
        let workspace = format!("[workspace]\nresolver = \"3\"\nmembers = [{members}]\n");
        write(&self.root.join("Cargo.toml"), &workspace);
        let output = Command::new(env!("CARGO"))
            .current_dir(&self.root)
            .args(["check", "--workspace", "--keep-going", "--offline", "--message-format=json", "--target-dir"])
            .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("fixtures"))
            .args(arguments)
            .env_remove("RUSTFLAGS")
            .output();
        let output = output.unwrap_or_else(|error| panic!("cargo did not start: {error}"));
        let mut outcomes: BTreeMap<String, Outcome> =
            self.members.iter().map(|name| (name.clone(), Outcome::default())).collect();
        for message in
            String::from_utf8_lossy(&output.stdout).lines().filter_map(|line| serde_json::from_str(line).ok())
        {
            self.read(&message, &mut outcomes);
        }
        let complaint = String::from_utf8_lossy(&output.stderr);
        let ran = outcomes.values().all(|outcome| outcome.out_dir.is_dir());
        assert!(ran, "a build script did not run:\n{complaint}");
        outcomes
    }

    fn read(&self, message: &Value, outcomes: &mut BTreeMap<String, Outcome>) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let id = text(&message["package_id"]);
        let Some((_, outcome)) = outcomes
            .iter_mut()
            .find(|(name, _)| id.contains(&format!("/{name}#")) && id.contains(&*self.root.to_string_lossy()))
        else {
            return;
        };
        match message["reason"].as_str() {
            Some("build-script-executed") => outcome.out_dir = text(&message["out_dir"]).into(),
            Some("compiler-message") if message["message"]["level"] == "error" => {
                let rendered = text(&message["message"]["rendered"]);
                if !rendered.starts_with("error: aborting") {
                    outcome.errors.push_str(&plain(&rendered));
                }
            }
            _ => {}
        }
    }

    /// The text of a file of a crate.
    pub(crate) fn file(&self, name: &str, path: &str) -> String {
        read(&self.root.join(name).join(path))
    }
}

/// Errors without what differs between machines, or between versions of a model's hash.
fn plain(rendered: &str) -> String {
    let mut out = String::new();
    for line in rendered.lines() {
        let line = match line.find("/out/durably/") {
            Some(end) => {
                let start = line[..end].rfind(' ').map_or(0, |space| space + 1);
                format!("{}OUT_DIR{}", &line[..start], &line[end + "/out".len()..])
            }
            None => line.to_owned(),
        };
        out.push_str(&without_numbers(&line));
        out.push('\n');
    }
    out
}

/// `Fp<123>` as `Fp<…>`.
fn without_numbers(line: &str) -> String {
    let mut parts = line.split("Fp<");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
        out.push_str("Fp<…");
        out.push_str(rest);
    }
    out
}

fn manifest(name: &str) -> String {
    let path = |below: &str| format!("{:?}", repository().join(below).to_string_lossy());
    format!(
        "[package]\nname = {name:?}\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [dependencies]\ndurably = {{ path = {} }}\n\n[build-dependencies]\ndurably-build = {{ path = {} }}\n",
        path("runtime"),
        path("macros/codegen"),
    )
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn collect(folder: &Path, below: &str, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let name = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{name}/"), files);
        } else {
            files.insert(name, read(&entry.path()).replace("\r\n", "\n"));
        }
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn write(path: &Path, text: &str) {
    let folder = path.parent().map(fs::create_dir_all);
    assert!(matches!(folder, Some(Ok(()))), "no folder for {}", path.display());
    fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
