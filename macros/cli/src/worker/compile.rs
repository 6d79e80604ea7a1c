//! The first half of a build: cargo, asked in JSON, so that its words are only shown and never understood.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde_json::Value;

use super::{Order, Profile, dep_info};
use crate::failure::At;
use crate::process::{Line, Running, Spec, Stream, plain};
use crate::tools::TARGET;
use crate::{Failure, Reporter, Result};

/// A crate that cargo has compiled.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) wasm: PathBuf,
    pub(super) stamp: Stamp,
    /// The files that it was made of.
    pub(super) inputs: Vec<PathBuf>,
    out_dir: Option<PathBuf>,
}

/// Which content a file has, without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    modified: SystemTime,
    length: u64,
}

impl Stamp {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let file = fs::metadata(path).at("look at", path)?;
        Ok(Self { modified: file.modified().at("look at", path)?, length: file.len() })
    }
}

impl Compiled {
    /// Whether nobody has compiled it anew since.
    pub(super) fn is_current(&self) -> bool {
        Stamp::read(&self.wasm) == Ok(self.stamp)
    }

    /// The folder of what durably's build script generated, if it ran.
    pub(super) fn generated(&self) -> Option<PathBuf> {
        let folder = self.out_dir.as_ref()?.join("durably/files");
        folder.join("wrangler.toml").is_file().then_some(folder)
    }
}

pub(super) fn compile(order: &Order, report: &Reporter) -> Result<Compiled> {
    let why = match order.profile {
        Profile::Dev => "Rust to WebAssembly, development build",
        Profile::Release => "Rust to WebAssembly, release build as deployed",
    };
    let step = report.step(format!("building {} for workerd", order.name()), why);
    let mut seen = Seen::default();
    let finished = Running::start(&command(order))?.follow(|line| match seen.line(line) {
        Shown::Place(place) => step.at(&place),
        Shown::Text(text) => step.line(text),
        Shown::Nothing => {}
    })?;
    if finished.code != 0 {
        drop(step);
        return Err(seen.explain(&order.name(), &finished.output));
    }
    let manifest = order.folder.join("Cargo.toml");
    let compiled = seen.compiled(&manifest)?.ok_or_else(|| {
        Failure::new(format!("cargo built {} but produced no WebAssembly module", order.name()))
            .detail(format!("expected a module for {TARGET} of {}", manifest.display()))
            .help("add `crate-type = [\"cdylib\", \"rlib\"]` to [lib] in its Cargo.toml")
    })?;
    step.done();
    Ok(compiled)
}

fn command(order: &Order) -> Spec {
    let format = if crate::ui::coloured() { "json-diagnostic-rendered-ansi" } else { "json" };
    let spec = Spec::new(crate::project::cargo())
        .args(["build", "--lib", "--target", TARGET, "--message-format", format])
        .args(order.options())
        .folder(&order.folder)
        // As worker-build does it, or both would compile everything anew.
        .env("WASM_BINDGEN_USE_JS_SYS", "1")
        .env("CARGO_TERM_COLOR", if crate::ui::coloured() { "always" } else { "never" })
        .env("CARGO_TERM_PROGRESS_WHEN", "never")
        .env("RUST_LIB_BACKTRACE", "0");
    order.variables().into_iter().fold(spec, |spec, (name, value)| spec.env(name, value))
}

/// What is to be shown of a line.
enum Shown {
    Place(String),
    Text(String),
    Nothing,
}

/// What cargo has said so far.
#[derive(Default)]
struct Seen {
    units: usize,
    /// The diagnostics, as they were shown.
    said: String,
    /// The package whose error was shown last.
    failed: Option<String>,
    /// Whether the line before was of a text, to which an empty line may belong.
    speaking: bool,
    artifacts: Vec<Value>,
    scripts: Vec<Value>,
}

impl Seen {
    fn line(&mut self, line: &Line) -> Shown {
        if line.stream == Stream::Out
            && let Ok(message) = serde_json::from_str::<Value>(&line.text)
        {
            return self.message(message);
        }
        self.status(&line.text)
    }

    fn message(&mut self, message: Value) -> Shown {
        match message["reason"].as_str() {
            Some("compiler-message") => return self.diagnostic(&message),
            Some("compiler-artifact") => self.artifacts.push(message),
            Some("build-script-executed") => self.scripts.push(message),
            _ => {}
        }
        Shown::Nothing
    }

    fn diagnostic(&mut self, message: &Value) -> Shown {
        let package = message["package_id"].as_str().unwrap_or_default();
        let message = &message["message"];
        let nowhere = message["spans"].as_array().is_none_or(Vec::is_empty);
        match message["level"].as_str() {
            Some("failure-note") => return Shown::Nothing,
            // The count of the errors that were shown.
            Some("error") if nowhere && self.failed.as_deref() == Some(package) => return Shown::Nothing,
            Some("error") => self.failed = Some(package.to_owned()),
            _ => {}
        }
        let text = message["rendered"].as_str().unwrap_or_default().trim_end();
        self.said.push_str(text);
        self.said.push_str("\n\n");
        Shown::Text(format!("{text}\n"))
    }

    /// What cargo itself says: its verbs are progress, all else is for people.
    fn status(&mut self, line: &str) -> Shown {
        let text = plain(line);
        let text = text.trim();
        let shown = match text.split(' ').next().unwrap_or_default() {
            "Compiling" | "Checking" => {
                self.units += 1;
                let name = text.split(' ').nth(1).unwrap_or_default();
                Shown::Place(format!("crate {}: {name}", self.units))
            }
            "Updating" | "Downloading" | "Downloaded" | "Locking" | "Adding" | "Blocking" | "Building" => {
                Shown::Place(text.to_owned())
            }
            "Finished" | "Fresh" => Shown::Nothing,
            "" if !self.speaking => Shown::Nothing,
            // The compiler has said what it is.
            _ if self.failed.is_some() => Shown::Nothing,
            _ => Shown::Text(line.to_owned()),
        };
        self.speaking = matches!(shown, Shown::Text(_));
        if let Shown::Text(text) = &shown {
            self.said.push_str(text);
            self.said.push('\n');
        }
        shown
    }

    fn explain(self, name: &str, output: &str) -> Failure {
        let failure = Failure::new(format!("{name} could not be built for workerd"));
        if self.said.trim().is_empty() {
            return failure.detail(tail(output, 20)).help("run `cargo durably doctor` to check the tools");
        }
        failure.shown(self.said).help("fix the errors above")
    }

    /// The Worker's module; `None` if there is none.
    fn compiled(&self, manifest: &Path) -> Result<Option<Compiled>> {
        let is_wasm = |path: &&str| Path::new(path).extension().is_some_and(|kind| kind == "wasm");
        let of_crate = |artifact: &&Value| {
            let path = artifact["manifest_path"].as_str().map(Path::new);
            path.is_some_and(|path| path == manifest || path.canonicalize().ok() == manifest.canonicalize().ok())
        };
        let found = self.artifacts.iter().filter(of_crate).rev().find_map(|artifact| {
            let mut files = artifact["filenames"].as_array()?.iter().filter_map(Value::as_str);
            Some((artifact, PathBuf::from(files.find(is_wasm)?)))
        });
        let Some((artifact, wasm)) = found else { return Ok(None) };
        let script = self.scripts.iter().find(|script| script["package_id"] == artifact["package_id"]);
        Ok(Some(Compiled {
            stamp: Stamp::read(&wasm)?,
            inputs: dep_info::inputs(&wasm.with_extension("d"), manifest.parent().unwrap_or(Path::new("")))?,
            out_dir: script.and_then(|script| script["out_dir"].as_str()).map(PathBuf::from),
            wasm,
        }))
    }
}

fn tail(output: &str, lines: usize) -> String {
    let all: Vec<&str> = output.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Seen, Shown};
    use crate::process::{Line, Stream};

    fn status(text: &str) -> Shown {
        Seen::default().line(&Line { stream: Stream::Err, text: text.to_owned() })
    }

    fn message(seen: &mut Seen, level: &str, text: &str, spans: usize) -> Shown {
        let spans = vec![json!({}); spans];
        let message = json!({ "reason": "compiler-message", "package_id": "app", "message":
            { "level": level, "rendered": text, "spans": spans } });
        seen.line(&Line { stream: Stream::Out, text: message.to_string() })
    }

    #[test]
    fn what_cargo_does_is_progress_and_what_it_says_is_shown() {
        assert!(matches!(status("   Compiling serde v1.0.228"), Shown::Place(place) if place == "crate 1: serde"));
        assert!(matches!(status("warning: app@0.1.0: what a build script says"), Shown::Text(_)));
        assert!(matches!(status("error: failed to parse manifest"), Shown::Text(_)));
        assert!(matches!(status("    Finished `worker-dev` profile [optimized] target(s) in 0.1s"), Shown::Nothing));
        assert!(matches!(status(""), Shown::Nothing));
    }

    #[test]
    fn diagnostics_are_shown_once_and_kept_for_the_page() {
        let mut seen = Seen::default();
        assert!(matches!(message(&mut seen, "warning", "warning: unused\n", 1), Shown::Text(_)));
        assert!(matches!(message(&mut seen, "error", "error: wrong type\n", 1), Shown::Text(_)));
        assert!(matches!(message(&mut seen, "error", "error: aborting due to 1 previous error\n", 0), Shown::Nothing));
        assert!(matches!(message(&mut seen, "failure-note", "For more information\n", 0), Shown::Nothing));
        let closing = Line { stream: Stream::Err, text: "error: could not compile `app`".to_owned() };
        assert!(matches!(seen.line(&closing), Shown::Nothing));
        let failure = seen.explain("app", "all of it");
        assert_eq!(failure.shown, "warning: unused\n\nerror: wrong type");
        assert!(failure.detail.is_empty());
    }

    #[test]
    fn a_cargo_that_says_nothing_is_quoted() {
        assert_eq!(Seen::default().explain("app", "the end").detail, "the end");
    }
}
