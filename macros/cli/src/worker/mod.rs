//! A crate, made into a Worker: compiled by cargo, its modules made by worker-build.

mod compile;
mod dep_info;
mod modules;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use self::compile::{Compiled, compile};
use crate::failure::At;
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

/// The features of the crate that are on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Features {
    /// Those that were named.
    pub on: Vec<String>,
    /// Whether the default ones are off.
    pub no_default: bool,
}

/// What is to be built, and where the Worker's modules go.
#[derive(Debug, Clone)]
pub struct Order {
    /// The crate's folder.
    pub folder: PathBuf,
    /// The folder of the modules.
    pub out: PathBuf,
    /// As which it is compiled.
    pub profile: Profile,
    /// With which features.
    pub features: Features,
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
    /// What the crate's build script generated for this very code; `None` where it is not durably's.
    pub generated: Option<PathBuf>,
    /// The files that it was made of, as cargo knows them.
    pub inputs: Vec<PathBuf>,
}

/// Builds the crate in `folder` with its default features; see [`build_as`].
pub fn build(tools: &Tools, folder: &Path, out: &Path, profile: Profile, report: &Reporter) -> Result<Built> {
    let (folder, out) = (folder.to_owned(), out.to_owned());
    build_as(tools, &Order { folder, out, profile, features: Features::default() }, report)
}

/// Builds a crate and publishes the Worker's modules to the folder `out`.
///
/// It is only touched when everything succeeded, and each file in it is replaced whole: whoever serves from it goes on with
/// the old Worker if the build fails.
pub fn build_as(tools: &Tools, order: &Order, report: &Reporter) -> Result<Built> {
    let began = Instant::now();
    let order = Order { out: std::path::absolute(&order.out).at("find", &order.out)?, ..order.clone() };
    let _lock = lock::wait(&files::beside(&order.out, "lock"), report, "another build of this Worker is running")?;
    let (compiled, changed) = whole(tools, &order, report)?;
    let wasm = order.out.join("index_bg.wasm");
    Ok(Built {
        wasm: fs::metadata(&wasm).at("find the built module", &wasm)?.len(),
        changed,
        took: began.elapsed(),
        generated: compiled.generated(),
        inputs: compiled.inputs,
    })
}

/// worker-build asks cargo once more. If somebody saved a file in between, the modules would be those of newer code than
/// what we know of it: then all of it is done again.
fn whole(tools: &Tools, order: &Order, report: &Reporter) -> Result<(Compiled, bool)> {
    for _ in 0..5 {
        let compiled = compile(order, report)?;
        let changed = modules::make(tools, order, &compiled, report)?;
        if compiled.is_current() {
            return Ok((compiled, changed));
        }
    }
    Err(Failure::new("the sources kept changing: five builds in a row were out of date when they finished")
        .help("find out which program keeps writing them, or build when it has stopped"))
}

impl Order {
    /// The crate, as people call it.
    fn name(&self) -> String {
        self.folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// The options of cargo's that choose the profile and the features.
    fn options(&self) -> Vec<String> {
        let profile: &[&str] = match self.profile {
            Profile::Release => &["--release"],
            Profile::Dev => &["--profile", "worker-dev"],
        };
        profile.iter().map(|&option| option.to_owned()).chain(self.features.options()).collect()
    }

    /// Variables that define the profile `worker-dev` for workspaces that do not.
    fn variables(&self) -> Vec<(String, &'static str)> {
        let defined = |folder: &Path| {
            fs::read_to_string(folder.join("Cargo.toml")).is_ok_and(|text| text.contains("[profile.worker-dev]"))
        };
        if self.profile == Profile::Release || self.folder.ancestors().any(defined) {
            return Vec::new();
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
        settings.map(|(name, value)| (format!("CARGO_PROFILE_WORKER_DEV_{name}"), value)).to_vec()
    }
}

impl Features {
    /// As cargo takes them.
    pub(crate) fn options(&self) -> Vec<String> {
        let mut options = Vec::new();
        if self.no_default {
            options.push("--no-default-features".to_owned());
        }
        if !self.on.is_empty() {
            options.extend(["--features".to_owned(), self.on.join(",")]);
        }
        options
    }

    /// A name for files that belong to them; `None` for the default ones, which have the usual names.
    pub(crate) fn label(&self) -> Option<String> {
        let mut names = self.on.clone();
        names.sort();
        names.dedup();
        if self.no_default {
            names.insert(0, "no-default".to_owned());
        }
        let plain = |name: String| name.replace(['/', '\\', ':'], "-");
        (!names.is_empty()).then(|| plain(names.join("+")))
    }
}

#[cfg(test)]
mod tests {
    use super::Features;

    #[test]
    fn features_have_a_name_and_an_order_of_their_own() {
        let features =
            |on: &[&str], no_default| Features { on: on.iter().map(|&name| name.into()).collect(), no_default };
        assert_eq!(features(&[], false).label(), None);
        assert_eq!(features(&["b", "a", "b"], false).label().as_deref(), Some("a+b"));
        assert_eq!(features(&["dep/x"], true).label().as_deref(), Some("no-default+dep-x"));
        assert_eq!(features(&["b", "a"], true).options(), ["--no-default-features", "--features", "b,a"]);
    }
}
