//! What a build needs beside Rust, installed into the user's cache folder, once a version.

mod cargo_tool;
mod install;
mod node;
mod rust;

use std::env;
use std::path::{Path, PathBuf};
use std::thread;

pub use self::cargo_tool::CargoTool;
pub(crate) use self::install::cache;
pub(crate) use self::node::{NodePackages, platform_package};
pub(crate) use self::rust::{TARGET, target_is_installed};
use crate::process::Spec;
use crate::{Failure, Project, Reporter, Result};

/// The worker-build that this version of durably is tested with.
pub const WORKER_BUILD: &str = "0.8.7";

/// The programs, by path, all of them installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tools {
    /// Node, as wrangler wants it.
    pub node: PathBuf,
    /// The folder with wrangler, workerd, esbuild and binaryen.
    pub node_modules: PathBuf,
    /// An executable that runs binaryen's wasm-opt.
    pub wasm_opt: PathBuf,
    /// cargo's companion that makes a Worker of a crate.
    pub worker_build: PathBuf,
    /// wasm-bindgen in the version of the workspace's Cargo.lock.
    pub wasm_bindgen: PathBuf,
}

impl Tools {
    /// Installs what is missing. With everything there it takes a few milliseconds.
    pub fn ensure(project: &Project, report: &Reporter) -> Result<Self> {
        if let Some(told) = Self::from_env() {
            return Ok(told);
        }
        let packages = NodePackages::of(project.root());
        if packages.installed().is_none() || CargoTool::worker_build().installed().is_none() {
            crate::checks::before_installing(project)?;
        }
        rust::ensure_target(project.root(), report)?;
        project.ensure_lock()?;
        let [worker_build, wasm_bindgen] = [CargoTool::worker_build(), CargoTool::wasm_bindgen(project)?];
        // Each has phases that keep only one core busy, or none.
        let (packages, worker_build, wasm_bindgen) = thread::scope(|scope| {
            let one = scope.spawn(|| packages.ensure(report));
            let two = scope.spawn(|| worker_build.ensure(report));
            let three = wasm_bindgen.ensure(report);
            (join(one), join(two), three)
        });
        let (packages, worker_build, wasm_bindgen) = (packages?, worker_build?, wasm_bindgen?);
        Ok(Self {
            node: packages.node(),
            node_modules: packages.node_modules(),
            wasm_opt: packages.wasm_opt(),
            worker_build,
            wasm_bindgen,
        })
    }

    /// The tools that `cargo durably test` named to the tests it runs.
    pub fn from_env() -> Option<Self> {
        let path = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.exists());
        Some(Self {
            node: path("DURABLY_NODE")?,
            node_modules: path("DURABLY_NODE_MODULES")?,
            wasm_opt: path("WASM_OPT_BIN")?,
            worker_build: path("DURABLY_WORKER_BUILD")?,
            wasm_bindgen: path("WASM_BINDGEN_BIN")?,
        })
    }

    /// wrangler's entry, a script for [`Tools::node`].
    pub fn wrangler(&self) -> PathBuf {
        self.node_modules.join("wrangler/bin/wrangler.js")
    }

    /// The native esbuild.
    pub fn esbuild(&self) -> PathBuf {
        self.node_modules.join("@esbuild").join(node::platform()).join("bin/esbuild")
    }

    /// The JSON schema of wrangler's configuration.
    pub fn config_schema(&self) -> PathBuf {
        self.node_modules.join("wrangler/config-schema.json")
    }

    /// Names the tools in a program's environment, for worker-build and for our tests.
    #[must_use]
    pub fn name_in(&self, spec: Spec) -> Spec {
        self.variables().into_iter().fold(spec, |spec, (name, path)| spec.env(name, path))
    }

    fn variables(&self) -> [(&'static str, PathBuf); 7] {
        [
            ("DURABLY_NODE", self.node.clone()),
            ("DURABLY_NODE_MODULES", self.node_modules.clone()),
            ("DURABLY_WRANGLER", self.wrangler()),
            ("DURABLY_WORKER_BUILD", self.worker_build.clone()),
            ("WASM_BINDGEN_BIN", self.wasm_bindgen.clone()),
            ("WASM_OPT_BIN", self.wasm_opt.clone()),
            ("ESBUILD_BIN", self.esbuild()),
        ]
    }
}

fn join<T>(thread: thread::ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    thread.join().unwrap_or_else(|_| {
        Err(Failure::new("installing the tools stopped unexpectedly")
            .help("this is a bug in durably; please report it, with the output above"))
    })
}

/// Whether a path is a file that we may run.
pub(crate) fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}
