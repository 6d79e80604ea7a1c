//! Where a project's files are.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::process::{Spec, run};
use crate::{AppFile, Failure, Result};

/// A folder with a `wrangler.toml.in` (or a `wrangler.toml` written by hand), and the crate that becomes its Worker.
#[derive(Debug, Clone)]
pub struct Project {
    root: PathBuf,
}

/// The name of what [`Project::served`] gives.
pub(crate) const SERVED: &str = ".wrangler.dev.toml";

impl Project {
    /// The project that `start`, or else the current folder, lies in.
    pub fn find(start: Option<&Path>) -> Result<Self> {
        let here = match start {
            Some(start) => start.to_owned(),
            None => env::current_dir().map_err(|error| {
                Failure::new("the current folder cannot be opened").detail(error).help("change to a folder that exists")
            })?,
        };
        let here = here.canonicalize().map_err(|error| {
            Failure::new(format!("cannot open the folder {}", here.display())).detail(error).help("check --project")
        })?;
        let holds =
            |folder: &&Path| folder.join("wrangler.toml.in").is_file() || folder.join("wrangler.toml").is_file();
        let root = here.ancestors().find(holds).ok_or_else(|| {
            Failure::new("this is not a durably project")
                .detail(format!("found no wrangler.toml.in in {} or any folder above it", here.display()))
                .help("change to the project's folder, or pass it with --project")
        })?;
        Ok(Self { root: root.to_owned() })
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The configuration that wrangler reads.
    pub fn config(&self) -> PathBuf {
        self.root.join("wrangler.toml")
    }

    /// The folder of generated files.
    pub fn generated(&self) -> PathBuf {
        self.root.join(".durably")
    }

    /// Where the built Worker goes.
    pub fn worker(&self) -> PathBuf {
        self.generated().join("worker")
    }

    /// The configuration that `wrangler dev` reads under `cargo durably dev`. Beside the other one, so that paths in it lead
    /// to the same files.
    pub(crate) fn served(&self) -> PathBuf {
        self.root.join(SERVED)
    }

    /// Where `dev` keeps the builds that it serves.
    pub(crate) fn builds(&self) -> PathBuf {
        self.generated().join("dev")
    }

    /// Where `dev` keeps its data unless told otherwise.
    pub fn state(&self) -> PathBuf {
        self.generated().join("state")
    }

    /// Whether the configuration is generated: a Worker written without durably has a `wrangler.toml` of its own.
    pub fn is_durably(&self) -> bool {
        self.root.join("wrangler.toml.in").is_file()
    }

    /// What the last build found out.
    pub fn app(&self) -> Result<AppFile> {
        self.app_of(&self.generated())
    }

    /// What the build whose generated files are in `folder` found out. Only a Worker written without durably may have no
    /// such file.
    pub(crate) fn app_of(&self, folder: &Path) -> Result<AppFile> {
        let path = folder.join("app.json");
        if self.is_durably() || path.exists() { AppFile::read(&path) } else { Ok(AppFile::default()) }
    }

    /// The version of a package in the workspace's Cargo.lock.
    pub fn locked(&self, package: &str) -> Option<String> {
        let lock = self.root.ancestors().map(|folder| folder.join("Cargo.lock")).find(|path| path.is_file())?;
        locked_version(&std::fs::read_to_string(lock).ok()?, package)
    }

    /// Makes the workspace's Cargo.lock if there is none: it says which tools are needed.
    pub(crate) fn ensure_lock(&self) -> Result<()> {
        if self.root.ancestors().any(|folder| folder.join("Cargo.lock").is_file()) {
            return Ok(());
        }
        let spec = Spec::new(cargo()).arg("generate-lockfile").folder(&self.root);
        run(&spec)?
            .success("cargo could not resolve the dependencies", "fix what cargo reports, or check the network")
            .map(drop)
    }

    /// The folder of the crate that becomes the Worker.
    pub fn crate_folder(&self) -> Result<PathBuf> {
        Ok(self.sources()?.krate)
    }

    /// Where the sources are that the Worker is made of.
    pub(crate) fn sources(&self) -> Result<Sources> {
        let packages = self.packages()?;
        let worker = packages.worker_crate(&self.root)?;
        Ok(Sources {
            krate: worker.folder.clone(),
            packages: packages.with_dependencies(worker),
            workspace: packages.workspace,
            target: packages.target,
        })
    }

    fn packages(&self) -> Result<Packages> {
        Packages::parse(&self.metadata()?).ok_or_else(|| {
            Failure::new("cannot read the output of `cargo metadata`")
                .help("please report this, with the output of `cargo --version`")
        })
    }

    /// What cargo knows about the workspace.
    pub(crate) fn metadata(&self) -> Result<Value> {
        let spec = Spec::new(cargo()).args(["metadata", "--format-version", "1", "--no-deps"]).folder(&self.root);
        let metadata = run(&spec)?.success("cargo could not read the workspace", "fix what cargo reports")?;
        serde_json::from_str(&metadata.stdout).map_err(|error| {
            Failure::new("cannot read the output of `cargo metadata`")
                .detail(error)
                .help("please report this, with the output of `cargo --version`")
        })
    }
}

/// The cargo that runs us, or else the one on the PATH.
pub(crate) fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Where the sources of a Worker are.
#[derive(Debug, Clone)]
pub(crate) struct Sources {
    /// The folder of the crate that becomes the Worker.
    pub(crate) krate: PathBuf,
    /// The folders of the crate and of the workspace's packages that it depends on.
    pub(crate) packages: Vec<PathBuf>,
    /// The workspace's folder.
    pub(crate) workspace: PathBuf,
    /// Where cargo writes.
    pub(crate) target: PathBuf,
}

#[derive(Debug)]
struct Packages {
    all: Vec<Package>,
    workspace: PathBuf,
    target: PathBuf,
}

#[derive(Debug)]
struct Package {
    name: String,
    folder: PathBuf,
    becomes_wasm: bool,
    dependencies: Vec<String>,
    default: bool,
}

impl Packages {
    fn parse(json: &Value) -> Option<Self> {
        let defaults = json["workspace_default_members"].as_array().cloned().unwrap_or_default();
        let package = |package: &Value| {
            let kinds = package["targets"].as_array()?.iter().filter_map(|target| target["crate_types"].as_array());
            let becomes_wasm = kinds.flatten().any(|kind| kind == "cdylib");
            let dependencies = package["dependencies"].as_array()?.iter();
            Some(Package {
                name: package["name"].as_str()?.to_owned(),
                folder: Path::new(package["manifest_path"].as_str()?).parent()?.to_owned(),
                becomes_wasm,
                dependencies: dependencies
                    .filter_map(|dependency| dependency["name"].as_str())
                    .map(str::to_owned)
                    .collect(),
                default: defaults.contains(&package["id"]),
            })
        };
        Some(Self {
            all: json["packages"].as_array()?.iter().map(package).collect::<Option<_>>()?,
            workspace: json["workspace_root"].as_str()?.into(),
            target: json["target_directory"].as_str()?.into(),
        })
    }

    fn worker_crate(&self, root: &Path) -> Result<&Package> {
        let mut found: Vec<&Package> =
            self.all.iter().filter(|package| package.becomes_wasm && package.folder.starts_with(root)).collect();
        let uses_durably = |package: &&Package| package.dependencies.iter().any(|name| name == "durably");
        let is_default = |package: &&Package| package.default;
        for narrower in [uses_durably, is_default] {
            if found.iter().any(narrower) {
                found.retain(narrower);
            }
        }
        match found.as_slice() {
            [package] => Ok(package),
            [] => Err(Failure::new("no crate of this project can become the Worker")
                .detail(format!("looked below {} for a package with `crate-type = [\"cdylib\", \"rlib\"]`", root.display()))
                .help("add `crate-type = [\"cdylib\", \"rlib\"]` to [lib] in the application's Cargo.toml")),
            several => Err(Failure::new("more than one crate of this project could become the Worker")
                .detail(several.iter().map(|package| package.name.as_str()).collect::<Vec<_>>().join("\n"))
                .help("list one in `default-members` of the workspace, or give each its own folder with a wrangler.toml.in")),
        }
    }

    fn with_dependencies(&self, package: &Package) -> Vec<PathBuf> {
        let mut names = vec![package.name.as_str()];
        let mut next = 0;
        while let Some(&name) = names.get(next) {
            let found =
                self.all.iter().filter(|package| package.name == name).flat_map(|package| &package.dependencies);
            for dependency in found {
                if self.all.iter().any(|package| package.name == *dependency) && !names.contains(&dependency.as_str()) {
                    names.push(dependency);
                }
            }
            next += 1;
        }
        self.all
            .iter()
            .filter(|package| names.contains(&package.name.as_str()))
            .map(|package| package.folder.clone())
            .collect()
    }
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let mut lines = lock.lines();
    lines.find(|line| *line == format!("name = \"{package}\""))?;
    Some(lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Packages, locked_version};

    #[test]
    fn finds_a_version_in_the_lock() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "worker"), None);
    }

    fn metadata(packages: &[(&str, &str, &[&str])], defaults: &[&str]) -> Packages {
        let packages: Vec<_> = packages
            .iter()
            .map(|(name, kind, dependencies)| {
                let dependencies: Vec<_> =
                    dependencies.iter().map(|name| serde_json::json!({ "name": name })).collect();
                serde_json::json!({
                    "name": name, "id": name, "manifest_path": format!("/w/{name}/Cargo.toml"),
                    "targets": [{ "crate_types": [kind] }], "dependencies": dependencies,
                })
            })
            .collect();
        let json = serde_json::json!({ "packages": packages, "workspace_default_members": defaults,
            "workspace_root": "/w", "target_directory": "/w/target" });
        Packages::parse(&json).expect("it is what cargo writes")
    }

    #[test]
    fn the_worker_crate_is_the_one_that_uses_durably() {
        let packages = metadata(
            &[("other", "cdylib", &["worker"]), ("app", "cdylib", &["durably"]), ("durably", "lib", &[])],
            &[],
        );
        assert_eq!(packages.worker_crate("/w".as_ref()).expect("there is one").name, "app");
    }

    #[test]
    fn of_two_the_default_member_is_taken() {
        let packages = metadata(&[("a", "cdylib", &["durably"]), ("b", "cdylib", &["durably"])], &["b"]);
        assert_eq!(packages.worker_crate("/w".as_ref()).expect("there is one").name, "b");
        let packages = metadata(&[("a", "cdylib", &["durably"]), ("b", "cdylib", &["durably"])], &[]);
        assert!(packages.worker_crate("/w".as_ref()).is_err());
    }

    #[test]
    fn a_worker_is_made_of_what_it_depends_on_in_the_workspace() {
        let packages = metadata(
            &[
                ("app", "cdylib", &["durably", "serde"]),
                ("durably", "lib", &["macros"]),
                ("macros", "proc-macro", &[]),
                ("cli", "bin", &["macros"]),
            ],
            &[],
        );
        let app = packages.worker_crate("/w".as_ref()).expect("there is one");
        assert_eq!(
            packages.with_dependencies(app),
            ["/w/app", "/w/durably", "/w/macros"].map(std::path::PathBuf::from)
        );
    }
}
