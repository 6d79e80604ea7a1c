//! Folders that are whole or not there: made under another name, then renamed, by one process at a time.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::failure::At;
use crate::process::{Spec, ask};
use crate::{Failure, Reporter, Result, files, lock};

/// durably's folder in the user's cache.
pub(crate) fn cache() -> Result<PathBuf> {
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let usual = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
    let user = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(usual)));
    user.map(|user| user.join("durably")).ok_or_else(|| {
        Failure::new("cannot find a cache folder to install the tools into")
            .detail("neither XDG_CACHE_HOME nor HOME is an absolute path")
            .help("set HOME, or XDG_CACHE_HOME")
    })
}

/// Where a tool is, or will be.
pub(super) fn home(name: &str) -> Result<PathBuf> {
    Ok(cache()?.join("tools").join(name))
}

/// Whether a program of an installed tool is there and runs. It is asked for its version once, and again when the file is
/// another one than then: a download that broke off, or a disk that was full, leaves files that look like programs.
pub(super) fn works(home: &Path, program: &Path) -> bool {
    let Some(now) = fs::metadata(program).ok().filter(|_| super::is_program(program)) else { return false };
    let modified = now.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    let stamp = format!("{} {}", now.len(), modified.as_nanos());
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    let asked = home.join(format!(".{name}.works"));
    if fs::read_to_string(&asked).is_ok_and(|before| before == stamp) {
        return true;
    }
    let runs = ask(&Spec::new(program).arg("--version")).is_some();
    if runs {
        let _ = fs::write(&asked, stamp); // a cache that can't be written is asked each time
    }
    runs
}

/// Gives the folder `name`, made by `make` if it does not hold what `whole` looks for.
pub(super) fn ensure(
    name: &str,
    report: &Reporter,
    whole: impl Fn(&Path) -> bool,
    make: impl FnOnce(&Path) -> Result<()>,
) -> Result<PathBuf> {
    let home = home(name)?;
    if whole(&home) {
        return Ok(home);
    }
    let lock = cache()?.join("locks").join(format!("{name}.lock"));
    let _lock = lock::wait(&lock, report, &format!("another `cargo durably` is installing {name}"))?;
    if whole(&home) {
        return Ok(home); // by the one we waited for
    }
    let next = files::beside(&home, "next");
    files::remove_folder(&next)?;
    fs::create_dir_all(&next).at("create", &next)?;
    make(&next)?;
    files::remove_folder(&home)?;
    fs::rename(&next, &home).at("move the installed tool to", &home)?;
    if whole(&home) {
        return Ok(home);
    }
    Err(Failure::new(format!("{name} was installed but does not work"))
        .detail(home.display())
        .help("delete that folder and try again; if it happens again, please report it"))
}
