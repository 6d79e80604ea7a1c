//! Which features a build has. The files beside the template are those of the default ones: were every build to write them,
//! an editor that turns all features on and a `cargo build` would undo each other's work for ever.

use std::collections::BTreeSet;

use toml_edit::Item;

use crate::scan::source::Sources;

/// Whether the features that are on, as `CARGO_FEATURE_` names them, are the manifest's default ones.
pub(crate) fn are_default(sources: &mut Sources, on: &[String]) -> bool {
    let manifest = sources.manifest();
    let features = manifest.get("features");
    let on: BTreeSet<String> = on.iter().map(|name| variable(name)).collect();
    // `x/y` turns the feature `x` on too, if `x` is an optional dependency that has one.
    let (certain, possible) = (closure(features, false), closure(features, true));
    certain.is_subset(&on) && on.is_subset(&possible)
}

/// The default features with all they turn on.
fn closure(features: Option<&Item>, with_dependencies: bool) -> BTreeSet<String> {
    let list = |name: &str| features.and_then(|features| features.get(name)).and_then(Item::as_array);
    let mut found = BTreeSet::new();
    let mut open: Vec<&str> = list("default").map(|_| "default").into_iter().collect();
    while let Some(name) = open.pop() {
        if !found.insert(variable(name)) {
            continue;
        }
        for entry in list(name).into_iter().flatten().filter_map(toml_edit::Value::as_str) {
            match entry.split_once('/') {
                Some((dependency, _)) if with_dependencies => open.push(dependency.trim_end_matches('?')),
                None if !entry.starts_with("dep:") => open.push(entry),
                _ => {}
            }
        }
    }
    found
}

fn variable(feature: &str) -> String {
    feature.to_uppercase().replace('-', "_")
}
