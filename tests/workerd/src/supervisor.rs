//! `cargo-durably` itself: started between a test and what it serves, it ends that when the test's process is gone, also
//! by kill -9, where nothing is dropped.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::app::{target, workspace};

/// Makes sure that the binary is there, where the library looks for it.
pub(crate) fn ensure() {
    if env::var_os("DURABLY_BIN").is_some_and(|path| Path::new(&path).is_file()) {
        return;
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--package", "cargo-durably", "--bin", "cargo-durably", "--target-dir"])
        .arg(target())
        .current_dir(workspace())
        .stdin(Stdio::null())
        .status();
    match status {
        Ok(status) if status.success() => {}
        Ok(status) => panic!("cargo-durably could not be built: {status}"),
        Err(error) => panic!("cargo could not be started: {error}"),
    }
}
