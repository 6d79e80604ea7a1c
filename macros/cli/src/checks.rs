//! What has to be there, for the doctor and before anything is installed. Each check only looks.

use std::env::consts::OS;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

use anstyle::{AnsiColor, Style};

use crate::process::{Spec, ask};
use crate::tools::{CargoTool, NodePackages, TARGET, cache, platform_package, target_is_installed};
use crate::{Failure, Project, Result};

/// How one prerequisite is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Ok,
    /// Missing, and installed by `cargo durably dev` without further ado.
    Coming,
    /// Missing, and needed only for what is installed already.
    Unneeded,
    /// Used by somebody else. Another one can be taken, so the machine is still fit.
    Busy,
    /// Missing, and somebody has to do something.
    Missing,
}

impl State {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Coming => "will be installed",
            Self::Unneeded => "not needed",
            Self::Busy => "in use",
            Self::Missing => "missing",
        }
    }

    pub(crate) fn mark(self) -> char {
        match self {
            Self::Ok => '✓',
            Self::Coming | Self::Unneeded | Self::Busy => '·',
            Self::Missing => '✗',
        }
    }

    pub(crate) fn style(self) -> Style {
        match self {
            Self::Ok => AnsiColor::Green.on_default(),
            Self::Unneeded => AnsiColor::White.on_default(),
            Self::Coming | Self::Busy => AnsiColor::Yellow.on_default(),
            Self::Missing => AnsiColor::Red.on_default().bold(),
        }
    }
}

/// One line of the table.
#[derive(Debug, Clone)]
pub(crate) struct Check {
    pub(crate) name: String,
    pub(crate) found: String,
    pub(crate) needed: String,
    pub(crate) state: State,
    /// What to do, if there is anything to do.
    pub(crate) help: String,
}

impl Check {
    fn new(name: &str, found: Option<String>, needed: &str, state: State, help: &str) -> Self {
        let help = if state == State::Ok { String::new() } else { help.to_owned() };
        let found = found.unwrap_or_else(|| "—".to_owned());
        Self { name: name.to_owned(), found, needed: needed.to_owned(), state, help }
    }

    /// A program that has to be there, in at least this version if it says one.
    fn program(name: &str, version: Option<String>, least: Option<[u32; 2]>, help: &str) -> Self {
        let needed = least.map_or_else(|| "any".to_owned(), |[major, minor]| format!("{major}.{minor}"));
        let state = match (&version, least) {
            (None, _) => State::Missing,
            (Some(version), Some(least)) if numbers(version).is_some_and(|found| found < least) => State::Missing,
            _ => State::Ok,
        };
        Self::new(name, version, &needed, state, help)
    }

    /// Something that `cargo durably dev` installs.
    fn installed(name: &str, found: bool, version: &str) -> Self {
        let state = if found { State::Ok } else { State::Coming };
        Self::new(name, found.then(|| version.to_owned()), version, state, "`cargo durably dev` installs it")
    }
}

/// What somebody has to install before `cargo durably` can install the rest, all of it at once.
pub(crate) fn before_installing(project: &Project) -> Result<()> {
    let here = project.root();
    let mut checks = rust(here);
    checks.extend(system(here, NodePackages::of(here).installed().is_some()));
    checks.extend(openssl(CargoTool::worker_build().installed().is_some()));
    let missing: Vec<Check> = checks.into_iter().filter(|check| check.state == State::Missing).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> =
        missing.iter().map(|Check { name, needed, help, .. }| format!("{name} ({needed}): {help}")).collect();
    Err(Failure::new("cannot install the tools: prerequisites are missing")
        .detail(lines.join("\n"))
        .help("run `cargo durably doctor` for the full list"))
}

pub(crate) fn all(project: Option<&Project>) -> Vec<Check> {
    let here = project.map_or(Path::new("."), Project::root);
    let mut checks = vec![project_check(project)];
    checks.extend(rust(here));
    let packages = NodePackages::of(here);
    let node_packages = packages.installed();
    checks.extend(system(here, node_packages.is_some()));
    checks.extend(project.map(wasm_bindgen));
    let worker_build = CargoTool::worker_build();
    checks.push(Check::installed("worker-build", worker_build.installed().is_some(), crate::tools::WORKER_BUILD));
    checks.extend(openssl(worker_build.installed().is_some()));
    for (name, package) in [("wrangler", "wrangler"), ("node for wrangler", &platform_package())] {
        checks.push(Check::installed(name, node_packages.is_some(), &packages.version(package)));
    }
    checks.push(cache_folder());
    checks.push(port(8787));
    checks
}

fn project_check(project: Option<&Project>) -> Check {
    let state = if project.is_some() { State::Ok } else { State::Missing };
    let found = project.map(|project| project.root().display().to_string());
    Check::new("project", found, "wrangler.toml.in", state, "change to a project's folder, or pass one with --project")
}

fn rust(here: &Path) -> Vec<Check> {
    let rust = "install Rust from https://rustup.rs, in the version that rust-toolchain.toml names";
    let rustup = ask(&Spec::new("rustup").arg("--version"));
    let target = target_is_installed(here) == Some(true);
    let state = match (target, &rustup) {
        (true, _) => State::Ok,
        (false, Some(_)) => State::Coming,
        (false, None) => State::Missing,
    };
    let needed = "wasm32 std";
    let help = if rustup.is_some() {
        "`cargo durably dev` installs it"
    } else {
        "install it with your package manager, or use https://rustup.rs"
    };
    vec![
        Check::program("rustc", version(here, "rustc", "--version"), Some([1, 95]), rust),
        Check::program("cargo", version(here, "cargo", "--version"), Some([1, 95]), rust),
        Check::new(TARGET, target.then(|| "installed".to_owned()), needed, state, help),
    ]
}

fn system(here: &Path, packages_installed: bool) -> Vec<Check> {
    let node = version(here, "node", "--version");
    let npm = version(here, "npm", "--version");
    let help = "install Node.js with npm, version 18 or later (https://nodejs.org, or your package manager)";
    // npm is needed once; what runs wrangler comes with the packages.
    let relaxed = |mut check: Check| {
        if packages_installed && check.state == State::Missing {
            check.state = State::Unneeded;
            "everything it installs is already there".clone_into(&mut check.help);
        }
        check
    };
    let compiler = "install a C compiler (Debian: build-essential, macOS: xcode-select --install)";
    vec![
        Check::program("cc", version(here, "cc", "--version"), None, compiler),
        relaxed(Check::program("node (system)", node, Some([18, 0]), help)),
        relaxed(Check::program("npm", npm, Some([9, 0]), help)),
    ]
}

/// worker-build is compiled against the system's OpenSSL, on Linux.
fn openssl(installed: bool) -> Option<Check> {
    if OS != "linux" || installed {
        return None;
    }
    let found = ask(&Spec::new("pkg-config").args(["--modversion", "openssl"]));
    let help =
        "install OpenSSL's development files and pkg-config (Debian: libssl-dev pkg-config); worker-build needs them";
    Some(Check::program("openssl", found, None, help))
}

fn wasm_bindgen(project: &Project) -> Check {
    match CargoTool::wasm_bindgen(project) {
        Ok(tool) => {
            let version = project.locked("wasm-bindgen").unwrap_or_default();
            Check::installed("wasm-bindgen", tool.installed().is_some(), &version)
        }
        Err(failure) => Check::new("wasm-bindgen", None, "as in Cargo.lock", State::Missing, &failure.help),
    }
}

fn cache_folder() -> Check {
    let state = |writable: Result<bool>| if writable == Ok(true) { State::Ok } else { State::Missing };
    let folder = cache();
    let writable = folder.clone().map(|folder| {
        let probe = folder.join(".doctor");
        let works = fs::create_dir_all(&folder).is_ok() && fs::write(&probe, "").is_ok();
        let _ = fs::remove_file(probe);
        works
    });
    let found = folder.ok().map(|folder| folder.display().to_string());
    Check::new(
        "cache folder",
        found,
        "writable",
        state(writable),
        "make it writable, or set XDG_CACHE_HOME to a folder that is",
    )
}

fn port(port: u16) -> Check {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
    let (state, found) = if free { (State::Ok, "free") } else { (State::Busy, "in use") };
    Check::new(
        &format!("port {port}"),
        Some(found.to_owned()),
        "free",
        state,
        "stop the program that uses it, or run `cargo durably dev --port 0`",
    )
}

/// The first thing that looks like a version in the program's answer.
fn version(here: &Path, program: &str, question: &str) -> Option<String> {
    let answer = ask(&Spec::new(program).arg(question).folder(here))?;
    let line = answer.lines().next()?.to_owned();
    let word =
        line.split([' ', '(', ')']).map(|word| word.trim_start_matches('v')).find(|word| numbers(word).is_some());
    Some(word.map_or(line.clone(), str::to_owned))
}

fn numbers(version: &str) -> Option<[u32; 2]> {
    let mut parts = version.split('.');
    let major = parts.next()?.parse().ok()?;
    Some([major, parts.next()?.parse().ok()?])
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpListener};

    use super::{Check, State, numbers, port};

    #[test]
    fn a_port_that_is_in_use_is_not_something_to_install() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let check = port(taken.local_addr().expect("it has one").port());
        assert_eq!((check.state.word(), check.found.as_str()), ("in use", "in use"));
        assert!(check.help.starts_with("stop the program that uses it"), "{}", check.help);
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        assert_eq!(numbers("1.95.0"), Some([1, 95]));
        assert_eq!(numbers("cargo"), None);
        let state = |version: &str| Check::program("x", Some(version.to_owned()), Some([18, 0]), "").state;
        assert_eq!(state("20.1.0"), State::Ok);
        assert_eq!(state("9.9.0"), State::Missing);
    }
}
