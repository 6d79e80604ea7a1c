//! Leaves a stand-in for what `durably_build::generate()` writes, so that fixtures can say `durably::bindings!()` and
//! have states. trybuild passes `OUT_DIR` on.

use std::{env, fs, io, path::PathBuf};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=bindings.rs");
    let folder = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("durably");
    fs::create_dir_all(&folder)?;
    fs::copy("bindings.rs", folder.join("bindings.rs"))?;
    fs::write(folder.join("faults.json"), r#"{"format":1,"faults":[]}"#)
}
