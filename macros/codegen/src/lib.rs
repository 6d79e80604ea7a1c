//! What an application's `build.rs` calls:
//!
//! ```no_run
//! # #[allow(clippy::needless_doctest_main)] // the whole of a build script
//! fn main() {
//!     durably_build::generate();
//! }
//! ```
//!
//! It reads the crate's sources and `wrangler.toml.in`, and writes what Cloudflare needs to run the annotated code. A
//! fault in the code does not fail the build script, which has no spans to show: it is written to
//! `OUT_DIR/durably/faults.json`, and the macro that owns the span raises it there.
//!
//! | file | content |
//! |---|---|
//! | `OUT_DIR/durably/bindings.rs` | included by `durably::bindings!()` |
//! | `OUT_DIR/durably/faults.json` | mistakes that only the scan can see |
//! | `OUT_DIR/durably/files/` | all the following once more: `cargo durably` publishes them with what was compiled |
//! | `wrangler.toml` | the template with bindings, lifecycle, variables and secrets in every environment |
//! | `.durably/entry.mjs`, `.durably/guard.mjs` | the module that wrangler bundles |
//! | `.durably/migrations.json` | the manifest: classes, tables, columns, methods, configurations |
//! | `.durably/app.json` | what `cargo durably` asks |
//! | `.durably/seeds/<env>/<BINDING>.json` | initial configuration, for `wrangler kv bulk put` |
//!
//! Files beside the template are written only if the whole application was understood (after a mistake the last good ones
//! stay) and by builds with the crate's default features: an editor that turns all of them on doesn't rewrite them.

mod app;
mod emit;
mod resolve;
mod scan;
mod template;

use std::collections::BTreeSet;
use std::path::PathBuf;

pub use durably_contract::files::{Fault, Target};
use durably_contract::files::{Faults, Format as _};
use durably_contract::paths;

use crate::app::App;
use crate::scan::cfg::Conditions;
use crate::scan::source::Sources;

/// Why nothing could be generated at all. Mistakes in the code are [`Fault`]s instead.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A variable of cargo's is missing.
    #[error("{name} is not set: durably_build::generate() is to be called from a build script, which cargo runs")]
    NotABuildScript {
        /// The variable.
        name: &'static str,
    },
    /// The file system refused.
    #[error("cannot write {path}: {source}", path = path.display())]
    Write {
        /// What was to be written or removed.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

const NOT_PUBLISHED: &str = "wrangler.toml and .durably are those of the default features, and this build has others: \
    they were left as they are; `cargo durably build --features …` makes files for these";

/// Called from `build.rs`.
pub fn generate() {
    match Build::from_env().and_then(|build| build.run()) {
        Ok(report) => {
            // A generated file that somebody removed or edited is written again at the next build.
            for input in report.inputs.iter().chain(&report.outputs) {
                println!("cargo::rerun-if-changed={}", input.display());
            }
            for fault in report.faults.iter().filter(|_| !report.raised) {
                println!("cargo::warning={}", fault.message);
            }
            // cargo shows it for the crate that somebody works on, and an editor not at all.
            if report.raised && !report.published {
                println!("cargo::warning={NOT_PUBLISHED}");
            }
        }
        Err(error) => println!("cargo::error={error}"),
    }
}

/// One run over one crate. [`generate`] takes it from cargo's environment.
#[derive(Debug, Clone)]
pub struct Build {
    /// The folder of the crate's `Cargo.toml`.
    pub manifest_dir: PathBuf,
    /// Where `durably/bindings.rs` and `durably/faults.json` go.
    pub out_dir: PathBuf,
    /// The crate's name, as in its manifest.
    pub krate: String,
    /// The features that are on.
    pub features: Vec<String>,
}

/// What a run read and found.
#[derive(Debug)]
pub struct Report {
    /// Files that decide what is written.
    pub inputs: Vec<PathBuf>,
    /// Mistakes in the code or in the template.
    pub faults: Vec<Fault>,
    /// Whether everything was understood. If not, rustc or a macro reports why, or a fault does.
    pub complete: bool,
    /// Whether a macro of durably's runs in the crate, which raises the faults.
    pub raised: bool,
    /// Files that were written because their content changed.
    pub written: Vec<PathBuf>,
    /// The generated files beside the template, whether they changed or not.
    pub outputs: Vec<PathBuf>,
    /// Whether this build's features are those whose files stand beside the template: the default ones.
    pub published: bool,
}

impl Build {
    /// From the variables that cargo sets for a build script.
    pub fn from_env() -> Result<Self, Error> {
        let features = std::env::vars_os().filter_map(|(name, _)| {
            let name = name.into_string().ok()?;
            name.strip_prefix("CARGO_FEATURE_").map(str::to_owned)
        });
        Ok(Self {
            manifest_dir: variable("CARGO_MANIFEST_DIR")?.into(),
            out_dir: variable("OUT_DIR")?.into(),
            krate: variable("CARGO_PKG_NAME")?,
            features: features.collect(),
        })
    }

    /// Reads, resolves and writes.
    pub fn run(&self) -> Result<Report, Error> {
        let mut sources = Sources::new(&self.manifest_dir);
        let conditions = Conditions::new(self.features.iter().map(String::as_str));
        let mut app = App::resolve(scan::walk::scan(&mut sources, &conditions));
        let files = emit::files(self, &mut app, &mut sources);
        let mut written = Vec::new();
        let own = self.out_dir.join(paths::OUT_FOLDER);
        let faults = Faults::new(app.faults.clone()).to_text();
        for (path, text) in
            [(own.join(paths::BINDINGS), emit::bindings::bindings(&app)), (own.join(paths::FAULTS), faults)]
        {
            if emit::write::write_if_changed(&path, &text)? {
                written.push(path);
            }
        }
        let mut outputs = Vec::new();
        let ours = scan::features::are_default(&mut sources, &self.features);
        if let Some(files) = files.filter(|_| app.is_sound()) {
            // With the code that is compiled from the same sources; `cargo durably` takes them from here.
            files.write(&own.join(paths::FILES_FOLDER), &mut written)?;
            if ours {
                outputs = files.write(&files.folder, &mut written)?;
            }
        }
        Ok(Report {
            inputs: sources.inputs.into_iter().collect(),
            complete: app.is_sound(),
            faults: app.faults,
            raised: app.raised,
            written,
            outputs,
            published: ours,
        })
    }
}

fn variable(name: &'static str) -> Result<String, Error> {
    std::env::var(name).map_err(|_| Error::NotABuildScript { name })
}

/// `a`, `b`, for messages.
fn listed<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> String {
    let names: BTreeSet<String> = names.into_iter().map(|name| format!("`{}`", name.as_ref())).collect();
    if names.is_empty() { "none".into() } else { names.into_iter().collect::<Vec<_>>().join(", ") }
}
