//! Generated crates as members of one temporary workspace.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    pub(crate) fn new() -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("matrix");
        let _ = fs::remove_dir_all(&root); // the first time there is nothing
        write(&root.join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\n");
        let lock = repository().join("Cargo.lock");
        fs::create_dir_all(&root)
            .and_then(|()| fs::copy(lock, root.join("Cargo.lock")))
            .unwrap_or_else(|error| panic!("{error}"));
        Self { root }
    }

    /// A crate with a library and, if it has one, a program.
    pub(crate) fn add(&self, name: &str, library: &str, program: Option<&str>) {
        let folder = self.root.join(name);
        let path = |below: &str| format!("{:?}", repository().join(below).to_string_lossy());
        let manifest = format!(
            "[package]\nname = {name:?}\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n[dependencies]\n\
             durably = {{ path = {} }}\ndurably-matrix = {{ path = {} }}\n\n[build-dependencies]\ndurably-build = {{ path = {} }}\n",
            path("runtime"),
            path("tests/matrix"),
            path("macros/codegen"),
        );
        write(&folder.join("Cargo.toml"), &manifest);
        write(&folder.join("build.rs"), "fn main() {\n    durably_build::generate();\n}\n");
        write(
            &folder.join("wrangler.toml.in"),
            "name = \"matrix\"\ncompatibility_date = \"2026-11-17\"\n\n[env.dev]\n",
        );
        write(&folder.join("src/lib.rs"), library);
        if let Some(program) = program {
            write(&folder.join("src/main.rs"), program);
        }
    }

    /// Runs cargo in the workspace.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO"))
            .current_dir(&self.root)
            .args(arguments)
            .args(["--offline", "--target-dir"])
            .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("matrix-target"))
            // Thousands of types: information for a debugger would double what there is to write.
            .env("CARGO_PROFILE_DEV_DEBUG", "false")
            .env("CARGO_INCREMENTAL", "0")
            .env_remove("RUSTFLAGS")
            .output()
            .unwrap_or_else(|error| panic!("cargo did not start: {error}"))
    }

    /// The lines of a crate's library at which durably refuses something, as `cargo check` tells.
    pub(crate) fn refusals(&self, name: &str) -> BTreeSet<usize> {
        let output = self.cargo(&["check", "--package", name, "--message-format", "short"]);
        let text = String::from_utf8_lossy(&output.stderr);
        let line = |text: &str| text.strip_prefix(&format!("{name}/src/lib.rs:"))?.split(':').next()?.parse().ok();
        let ours = |text: &&str| {
            ["cannot be a key", "can already be `null`", "are both stored as null"].iter().any(|why| text.contains(why))
        };
        text.lines().filter(ours).filter_map(line).collect()
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn write(path: &Path, text: &str) {
    let folder = path.parent().map(fs::create_dir_all);
    assert!(matches!(folder, Some(Ok(()))), "no folder for {}", path.display());
    fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
