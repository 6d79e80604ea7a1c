//! Tools that cargo builds: worker-build and the wasm-bindgen command.

use std::path::{Path, PathBuf};

use super::{install, is_program};
use crate::process::{Finished, Line, Running, Spec};
use crate::ui::Step;
use crate::{Failure, Project, Reporter, Result, files};

/// A crate whose binary we need in exactly one version.
#[derive(Debug, Clone)]
pub struct CargoTool {
    package: &'static str,
    binary: &'static str,
    version: String,
    why: &'static str,
    options: &'static [&'static str],
    /// What these tools do in a second they do nearly as fast unoptimised; what counts is how soon they are there.
    optimise: &'static str,
    /// How many crates there are to compile, about.
    crates: usize,
}

impl CargoTool {
    /// worker-build, in the version that durably is tested with.
    pub fn worker_build() -> Self {
        Self {
            package: "worker-build",
            binary: "worker-build",
            version: super::WORKER_BUILD.to_owned(),
            why: "it makes a Worker of your crate; compiled once, 2 to 4 minutes",
            options: &["--bin", "worker-build"],
            optimise: "0",
            crates: 206,
        }
    }

    /// wasm-bindgen's command, which must be of the very version of the library that the crate is linked with.
    pub fn wasm_bindgen(project: &Project) -> Result<Self> {
        let version = project.locked("wasm-bindgen").ok_or_else(|| {
            Failure::new("cannot tell which version of wasm-bindgen is needed")
                .detail(format!(
                    "no Cargo.lock in {} or any folder above it lists wasm-bindgen",
                    project.root().display()
                ))
                .help("run `cargo generate-lockfile`, and check that the application depends on `durably`")
        })?;
        Ok(Self {
            package: "wasm-bindgen-cli",
            binary: "wasm-bindgen",
            version,
            why: "it makes the JavaScript side of your crate; compiled once, 1 to 3 minutes",
            // Only its test runner speaks TLS.
            options: &["--bin", "wasm-bindgen", "--no-default-features"],
            optimise: "1",
            crates: 150,
        })
    }

    /// The name of its folder in the cache, and of the tool in messages.
    pub fn name(&self) -> String {
        format!("{}-{}", self.binary, self.version)
    }

    /// Where it is, if it is installed.
    pub(crate) fn installed(&self) -> Option<PathBuf> {
        let binary = install::home(&self.name()).ok()?.join("bin").join(self.binary);
        is_program(&binary).then_some(binary)
    }

    /// Installs it if it is missing.
    pub(super) fn ensure(&self, report: &Reporter) -> Result<PathBuf> {
        let binary = Path::new("bin").join(self.binary);
        let whole = |home: &Path| install::works(home, &home.join(&binary));
        let home = install::ensure(&self.name(), report, whole, |next| self.install(next, report))?;
        Ok(home.join(binary))
    }

    fn install(&self, root: &Path, report: &Reporter) -> Result<()> {
        let step = report.step(format!("installing {} {}", self.binary, self.version), self.why);
        // Kept until the tool is there: a set-up that was stopped goes on where it was.
        let target = install::cache()?.join("build").join(self.name());
        let (mut finished, compiled) = self.cargo_install(root, &target, true, &step)?;
        // Stopped before anything was compiled: it was not a crate that failed, but the choice of versions.
        if finished.code != 0 && compiled == 0 {
            step.line(format_args!(
                "{} {} cannot be installed with the versions of its own Cargo.lock; trying without that lock",
                self.binary, self.version
            ));
            (finished, _) = self.cargo_install(root, &target, false, &step)?;
        }
        finished.success(&format!("could not install {} {}", self.package, self.version), self.way_out())?;
        step.done();
        files::remove_folder(&target)
    }

    fn cargo_install(&self, root: &Path, target: &Path, locked: bool, step: &Step) -> Result<(Finished, usize)> {
        let spec = Spec::new(crate::project::cargo())
            .args(["install", self.package, "--version", &self.version])
            .args(self.options)
            .args(locked.then_some("--locked"))
            .arg("--root")
            .arg(root)
            // Away from the project, whose .cargo/config.toml is not meant for it.
            .folder(root)
            .env("CARGO_TARGET_DIR", target)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", self.optimise)
            .env("CARGO_PROFILE_RELEASE_LTO", "false")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .without_env("CARGO_BUILD_TARGET")
            .without_env("RUSTC_WRAPPER")
            .without_env("RUSTC_WORKSPACE_WRAPPER");
        let mut compiled = 0;
        let finished = Running::start(&spec)?.follow(|line| {
            if let Some(at) = self.place(line, &mut compiled) {
                step.at(&at);
            }
        })?;
        Ok((finished, compiled))
    }

    fn place(&self, line: &Line, compiled: &mut usize) -> Option<String> {
        let text = crate::process::plain(&line.text);
        let text = text.trim_start();
        if let Some(name) = text.strip_prefix("Compiling ") {
            *compiled += 1;
            let name = name.split(' ').next().unwrap_or_default();
            return Some(format!("crate {compiled} of about {}: {name}", self.crates.max(*compiled)));
        }
        ["Updating", "Downloading", "Downloaded", "Blocking"]
            .iter()
            .any(|word| text.starts_with(word))
            .then(|| text.to_owned())
    }

    fn way_out(&self) -> &'static str {
        if self.package == "worker-build" && cfg!(target_os = "linux") {
            "if the output mentions openssl, install its development files and pkg-config (Debian: libssl-dev pkg-config); then run it again, and it continues where it stopped"
        } else {
            "fix what cargo reports, then run it again: it continues where it stopped"
        }
    }
}
