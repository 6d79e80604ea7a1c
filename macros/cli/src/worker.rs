//! A crate, made into a Worker by worker-build.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::failure::At;
use crate::process::{Line, Running, Spec, plain};
use crate::tools::Tools;
use crate::{Failure, Reporter, Result, files, lock};

/// How much the compiler takes its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// The profile `worker-dev`: there in seconds after an edit, not small.
    Dev,
    /// The profile `release` and wasm-opt: small, as deployed.
    Release,
}

/// A Worker that was built.
#[derive(Debug, Clone)]
pub struct Built {
    /// The size of the WebAssembly module, in bytes.
    pub wasm: u64,
    /// Whether any file differs from what was there before.
    pub changed: bool,
    /// How long it took.
    pub took: Duration,
}

/// Builds the crate in `folder` and publishes the Worker's modules to `out`.
///
/// `out` is only touched when everything succeeded, and each file in it is replaced whole: whoever serves from it goes
/// on with the old Worker if the build fails.
pub fn build(tools: &Tools, folder: &Path, out: &Path, profile: Profile, report: &Reporter) -> Result<Built> {
    let began = Instant::now();
    let out = std::path::absolute(out).at("find", out)?;
    let _lock = lock::wait(&files::beside(&out, "lock"), report, "another build of this Worker is running")?;
    let next = files::beside(&out, "next");
    // worker-build would wait five seconds for what a killed one left here.
    files::remove_folder(&next.join(".tmp"))?;
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let (what, why) = match profile {
        Profile::Dev => (format!("building {name} for workerd"), "Rust to WebAssembly, quickly"),
        Profile::Release => (format!("building {name} for workerd"), "Rust to WebAssembly, small, as it is deployed"),
    };
    let step = report.step(what, why);
    let mut progress = Progress::default();
    let finished =
        Running::start(&command(tools, folder, &next, profile))?.follow(|line| match progress.see(line) {
            Seen::Place(place) => step.at(&place),
            Seen::Diagnostic(text) => step.line(text),
            Seen::Noise => {}
        })?;
    if finished.code != 0 {
        drop(step);
        return Err(explain(&name, &progress, &finished.output));
    }
    step.done();
    let changed = publish(&next, &out)?;
    let wasm = out.join("index_bg.wasm");
    let wasm = fs::metadata(&wasm).at("find the built module", &wasm)?.len();
    Ok(Built { wasm, changed, took: began.elapsed() })
}

fn command(tools: &Tools, folder: &Path, next: &Path, profile: Profile) -> Spec {
    // The folder comes first: worker-build takes a first argument with one dash for it.
    let spec = Spec::new(&tools.worker_build).arg(".").folder(folder);
    let spec = match profile {
        Profile::Release => spec.arg("--release"),
        Profile::Dev => fast(spec.args(["--profile", "worker-dev", "--no-opt"]).env("NO_MINIFY", "1"), folder),
    };
    let colour = if crate::ui::coloured() { "always" } else { "never" };
    tools
        .name_in(spec.arg("--out-dir").arg(next))
        .env("CARGO_TERM_COLOR", colour)
        .env("CARGO_TERM_PROGRESS_WHEN", "never")
        .env("RUST_LIB_BACKTRACE", "0")
}

/// Defines the profile `worker-dev` for workspaces that do not.
fn fast(spec: Spec, folder: &Path) -> Spec {
    let defined = |folder: &Path| {
        fs::read_to_string(folder.join("Cargo.toml")).is_ok_and(|text| text.contains("[profile.worker-dev]"))
    };
    if folder.ancestors().any(defined) {
        return spec;
    }
    let settings = [
        ("INHERITS", "release"),
        ("OPT_LEVEL", "1"),
        ("LTO", "off"),
        ("CODEGEN_UNITS", "16"),
        ("INCREMENTAL", "true"),
        ("DEBUG", "false"),
        ("STRIP", "none"),
    ];
    settings.into_iter().fold(spec, |spec, (name, value)| spec.env(format!("CARGO_PROFILE_WORKER_DEV_{name}"), value))
}

/// What a line of worker-build's or cargo's is worth.
enum Seen {
    Place(String),
    Diagnostic(String),
    Noise,
}

#[derive(Default)]
struct Progress {
    compiled: usize,
    /// Whether the compiler is speaking: then an empty line is a part of what it says.
    speaking: bool,
    /// Whether rustc said what is wrong, and it was shown already.
    explained: bool,
    /// Whether worker-build is telling once more that cargo failed.
    over: bool,
}

impl Progress {
    fn see(&mut self, line: &Line) -> Seen {
        let text = plain(&line.text);
        let trimmed = text.trim_start();
        self.over |= self.explained && trimmed.starts_with("Error: Compiling your crate");
        let seen = match trimmed.split(' ').next().unwrap_or_default() {
            _ if self.over => Seen::Noise,
            "Compiling" => {
                self.compiled += 1;
                let name = trimmed.split(' ').nth(1).unwrap_or_default();
                Seen::Place(format!("crate {}: {name}", self.compiled))
            }
            "Updating" | "Downloading" | "Downloaded" | "Locking" | "Adding" | "Blocking" | "Building" => {
                Seen::Place(trimmed.to_owned())
            }
            "" if !self.speaking => Seen::Noise,
            _ if is_noise(trimmed) => Seen::Noise,
            _ => {
                self.explained |= trimmed.starts_with("error");
                Seen::Diagnostic(line.text.clone())
            }
        };
        self.speaking = matches!(seen, Seen::Diagnostic(_));
        seen
    }
}

/// The news of worker-build and esbuild, and what cargo says at the end.
fn is_noise(text: &str) -> bool {
    ["[INFO]", "Finished", "Fresh", "index.js ", "⚡"].iter().any(|start| text.starts_with(start))
}

fn explain(name: &str, progress: &Progress, output: &str) -> Failure {
    let failure = Failure::new(format!("{name} could not be built for workerd"));
    if progress.explained {
        return failure.help("correct what the compiler says above");
    }
    let tail: Vec<&str> = output.lines().rev().take(20).collect();
    let tail: Vec<&str> = tail.into_iter().rev().collect();
    failure.detail(tail.join("\n")).help("`cargo durably doctor` checks the tools that take part")
}

/// Makes `out` hold exactly what `next` holds. The entry comes last, so that a reader never has it with older parts.
fn publish(next: &Path, out: &Path) -> Result<bool> {
    let new = contents(next)?;
    let old = contents(out)?;
    let mut changed = false;
    let entry = Path::new("index.js");
    let ordered = new.iter().filter(|(name, _)| *name != entry).chain(new.get_key_value(entry));
    for (name, path) in ordered {
        let bytes = fs::read(path).at("read", path)?;
        changed |= files::update(&out.join(name), &bytes)?;
    }
    for (_, path) in old.iter().filter(|(name, _)| !new.contains_key(*name)) {
        fs::remove_file(path).at("remove", path)?;
        changed = true;
    }
    Ok(changed)
}

/// The files of a folder and of those in it, by their path below it. Hidden ones are somebody's tools.
fn contents(folder: &Path) -> Result<BTreeMap<PathBuf, PathBuf>> {
    let mut found = BTreeMap::new();
    let mut open = vec![PathBuf::new()];
    while let Some(below) = open.pop() {
        let here = folder.join(&below);
        if !here.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&here).at("list", &here)? {
            let entry = entry.at("list", &here)?;
            let name = below.join(entry.file_name());
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            if entry.path().is_dir() {
                open.push(name);
            } else {
                found.insert(name, entry.path());
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{Progress, Seen, publish};
    use crate::process::{Line, Stream};

    fn see(text: &str) -> Seen {
        Progress::default().see(&Line { stream: Stream::Err, text: text.to_owned() })
    }

    #[test]
    fn what_the_compiler_says_is_shown_and_what_cargo_does_is_progress() {
        assert!(matches!(see("   Compiling serde v1.0.228"), Seen::Place(place) if place == "crate 1: serde"));
        assert!(matches!(see("warning: unused variable: `x`"), Seen::Diagnostic(_)));
        assert!(matches!(see("  --> src/lib.rs:1:1"), Seen::Diagnostic(_)));
        assert!(matches!(see("    Finished `worker-dev` profile [optimized] target(s) in 0.1s"), Seen::Noise));
        assert!(matches!(see("[INFO]: ⚙️  Using custom Esbuild from ESBUILD_BIN: /x"), Seen::Noise));
        assert!(matches!(see("  index.js  39.0kb"), Seen::Noise));
        assert!(matches!(see(""), Seen::Noise));
    }

    #[test]
    fn publishing_replaces_what_differs_and_removes_what_is_gone() {
        let folder = std::env::temp_dir().join(format!("durably-publish-{}", std::process::id()));
        let (next, out) = (folder.join("next"), folder.join("out"));
        std::fs::create_dir_all(next.join("worker")).expect("made");
        std::fs::create_dir_all(out.join("old")).expect("made");
        std::fs::write(next.join("index.js"), "new").expect("written");
        std::fs::write(next.join("worker/shim.mjs"), "same").expect("written");
        std::fs::write(out.join("index.js"), "old").expect("written");
        std::fs::write(out.join("old/snippet.js"), "gone").expect("written");
        assert_eq!(publish(&next, &out), Ok(true));
        assert_eq!(std::fs::read_to_string(out.join("index.js")).ok().as_deref(), Some("new"));
        assert_eq!(std::fs::read_to_string(out.join("worker/shim.mjs")).ok().as_deref(), Some("same"));
        assert!(!out.join("old/snippet.js").exists());
        assert_eq!(publish(&next, &out), Ok(false));
        std::fs::remove_dir_all(folder).expect("removed");
    }
}
