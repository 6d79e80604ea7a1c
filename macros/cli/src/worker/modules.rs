//! The second half of a build: worker-build makes the Worker's modules of what cargo compiled. Skipped where they were made
//! of the same code by the same tools.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::compile::{Compiled, Stamp};
use super::{Order, Profile};
use crate::failure::At;
use crate::process::{Running, Spec};
use crate::tools::Tools;
use crate::{Failure, Reporter, Result, files};

/// Makes the modules in the order's folder; tells whether any differs from what was there.
pub(super) fn make(tools: &Tools, order: &Order, compiled: &Compiled, report: &Reporter) -> Result<bool> {
    let out = &order.out;
    let mark = files::beside(out, "made");
    let Compiled { wasm, stamp, .. } = compiled;
    let made = |modules: &Modules| format!("{} {stamp:?} {tools:?} {order:?} {modules:?}", wasm.display());
    if fs::read_to_string(&mark).is_ok_and(|mark| contents(out).is_ok_and(|modules| mark == made(&modules))) {
        return Ok(false);
    }
    let next = files::beside(out, "next");
    // worker-build would wait five seconds for what a killed one left here.
    files::remove_folder(&next.join(".tmp"))?;
    let step = report.step(format!("packaging {}", order.name()), "with worker-build");
    let finished = Running::start(&command(tools, order, &next))?.follow(|_| ())?;
    if finished.code != 0 {
        drop(step);
        return Err(Failure::new(format!("worker-build could not package {}", order.name()))
            .detail(&finished.output)
            .help("run `cargo durably doctor` to check the tools"));
    }
    step.done();
    let changed = publish(&next, out)?;
    files::replace(&mark, made(&contents(out)?).as_bytes(), false)?;
    Ok(changed)
}

fn command(tools: &Tools, order: &Order, next: &Path) -> Spec {
    // The folder comes first: worker-build takes a first argument with one dash for it.
    let spec = Spec::new(&tools.worker_build).arg(".").folder(&order.folder);
    let spec = match order.profile {
        Profile::Release => spec.arg("--release"),
        Profile::Dev => spec.args(["--profile", "worker-dev", "--no-opt"]).env("NO_MINIFY", "1"),
    };
    let spec = tools.name_in(spec.arg("--out-dir").arg(next).args(order.features.options()));
    order.variables().into_iter().fold(spec, |spec, (name, value)| spec.env(name, value))
}

/// Makes `out` hold exactly what `next` holds. The entry comes last, so that a reader never has it with older parts.
fn publish(next: &Path, out: &Path) -> Result<bool> {
    let new = contents(next)?;
    let old = contents(out)?;
    let mut changed = false;
    let entry = Path::new("index.js");
    let ordered = new.iter().filter(|(name, _)| *name != entry).chain(new.get_key_value(entry));
    for (name, _) in ordered {
        let path = next.join(name);
        let bytes = fs::read(&path).at("read", &path)?;
        changed |= files::update(&out.join(name), &bytes)?;
    }
    for (name, _) in old.iter().filter(|(name, _)| !new.contains_key(*name)) {
        let path = out.join(name);
        fs::remove_file(&path).at("remove", &path)?;
        changed = true;
    }
    Ok(changed)
}

type Modules = BTreeMap<PathBuf, Stamp>;

/// The files of a folder and of those in it, by their path below it.
fn contents(folder: &Path) -> Result<Modules> {
    let names = files::below(folder)?;
    names.into_iter().map(|name| Ok((name.clone(), Stamp::read(&folder.join(&name))?))).collect()
}

#[cfg(test)]
mod tests {
    use super::publish;

    #[test]
    fn publishing_replaces_what_differs_and_removes_what_is_gone() {
        let folder = std::env::temp_dir().join(format!("durably-publish-{}", std::process::id()));
        let (next, out) = (folder.join("next"), folder.join("out"));
        std::fs::create_dir_all(next.join("worker")).expect("made");
        std::fs::create_dir_all(out.join("old")).expect("made");
        std::fs::write(next.join("index.js"), "new").expect("written");
        std::fs::write(next.join("worker/shim.mjs"), "same").expect("written");
        std::fs::write(out.join("index.js"), "old").expect("written");
        std::fs::write(out.join("old/snippet.js"), "gone").expect("written");
        assert_eq!(publish(&next, &out), Ok(true));
        assert_eq!(std::fs::read_to_string(out.join("index.js")).ok().as_deref(), Some("new"));
        assert_eq!(std::fs::read_to_string(out.join("worker/shim.mjs")).ok().as_deref(), Some("same"));
        assert!(!out.join("old/snippet.js").exists());
        assert_eq!(publish(&next, &out), Ok(false));
        std::fs::remove_dir_all(folder).expect("removed");
    }
}
