//! Rust's own part: the standard library for wasm.

use std::path::{Path, PathBuf};

use crate::process::{Spec, ask, run};
use crate::{Failure, Reporter, Result};

/// The target that Workers are compiled for.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Whether the toolchain of this folder can compile for Workers.
pub(crate) fn target_is_installed(folder: &Path) -> Option<bool> {
    let sysroot = PathBuf::from(ask(&Spec::new("rustc").args(["--print", "sysroot"]).folder(folder))?);
    Some(sysroot.join("lib/rustlib").join(TARGET).join("lib").is_dir())
}

/// Installs the standard library for wasm if it is missing.
pub(super) fn ensure_target(folder: &Path, report: &Reporter) -> Result<()> {
    match target_is_installed(folder) {
        Some(true) => return Ok(()),
        Some(false) => {}
        None => {
            return Err(Failure::new("cannot run rustc")
                .detail("`rustc --print sysroot` failed")
                .help("install Rust from https://rustup.rs, in the version that rust-toolchain.toml names"));
        }
    }
    if ask(&Spec::new("rustup").arg("--version")).is_none() {
        return Err(Failure::new(format!("Rust's standard library for {TARGET} is missing"))
            .detail("rustup did not install this Rust, so durably cannot add the target")
            .help("install it with your system's package manager (Debian: libstd-rust-dev-wasm32), or use https://rustup.rs"));
    }
    let step = report.step(format!("installing the Rust target {TARGET}"), "Workers are WebAssembly");
    run(&Spec::new("rustup").args(["target", "add", TARGET]).folder(folder))?
        .success("rustup could not add the target", "check the network and the disk, then run it again")?;
    step.done();
    Ok(())
}
