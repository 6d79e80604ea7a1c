//! Whole crates: scanned by their build script, then compiled against what it wrote. See README.md.

#![allow(clippy::panic, reason = "tests")]

mod fixture;

use std::collections::BTreeMap;

use fixture::{Outcome, Workspace};

/// Crates that are refused, each for the reasons in its snapshot.
const REFUSED: &[&str] = &["capability", "condition", "name", "no_bindings", "route", "template", "unseen"];

/// A change to what the build script wrote for `accepted`, and what rustc says of it. None may compile.
struct Mutant {
    name: &'static str,
    build: &'static str,
    refused: &'static str,
}

const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "deleted",
        build: include_str!("mutants/deleted.rs"),
        refused: "error[E0277]: the build script did not find this item\n --> deleted/src/twins/left.rs:4:12",
    },
    Mutant {
        name: "swapped_types",
        build: include_str!("mutants/swapped_types.rs"),
        refused: "the build script found another type for `first` than rustc",
    },
    Mutant {
        name: "swapped_names",
        build: include_str!("mutants/swapped_names.rs"),
        refused: "the build script found another type for `text` than rustc",
    },
    Mutant { name: "unbound", build: include_str!("mutants/unbound.rs"), refused: "unbound/src/twins.rs" },
];

#[test]
fn crates() {
    let mut workspace = Workspace::new("crates");
    workspace.add("accepted");
    for name in REFUSED {
        workspace.add(name);
    }
    for mutant in MUTANTS {
        workspace.add_as(mutant.name, "accepted", mutant.build);
    }
    let outcomes = workspace.check(&[]);
    same_shape(&workspace);
    accepted(&workspace, &outcomes);
    let errors = |name: &str| outcomes.get(name).map_or("", |outcome| outcome.errors.as_str());
    for mutant in MUTANTS {
        let found = errors(mutant.name);
        assert!(found.contains(mutant.refused), "{}: {found:?}", mutant.name);
    }
    for name in REFUSED {
        assert!(!errors(name).is_empty(), "{name} compiles");
        insta::assert_snapshot!(*name, errors(name));
    }
}

fn accepted(workspace: &Workspace, outcomes: &BTreeMap<String, Outcome>) {
    let errors = outcomes.get("accepted").map_or("", |outcome| outcome.errors.as_str());
    assert_eq!(errors, "");
    let text = workspace.file("accepted", "wrangler.toml");
    for class in ["Chat", "Hidden"] {
        assert!(text.contains(&format!("class_name = \"{class}\"")), "{class} is not bound in {text}");
    }
}

/// The runtime's hash of a stored shape, which rustc compares with the fixture's, is the manifest's.
fn same_shape(workspace: &Workspace) {
    let manifest: serde_json::Value =
        serde_json::from_str(&workspace.file("accepted", ".durably/migrations.json")).unwrap_or_default();
    let classes = manifest["classes"].as_array().cloned().unwrap_or_default();
    let shapes = classes.iter().find(|class| class["class"] == "Shapes");
    let source = workspace.file("accepted", "src/shape.rs");
    let literal = source.split("HASH: u64 = 0x").nth(1).and_then(|rest| rest.split(';').next()).unwrap_or_default();
    assert_eq!(shapes.map(|class| class["hash"].clone()), Some(literal.replace('_', "").into()));
}

/// The same bytes from two folders, whatever the number of jobs.
#[test]
fn two_checkouts() {
    let generated = |name: &str, jobs: &str| {
        let mut workspace = Workspace::new(name);
        workspace.add("accepted");
        let outcomes = workspace.check(&["-j", jobs]);
        let Some(outcome) = outcomes.get("accepted") else { panic!("nothing was built") };
        assert_eq!(outcome.errors, "");
        let mut files = BTreeMap::new();
        for path in [
            "wrangler.toml",
            ".durably/entry.mjs",
            ".durably/guard.mjs",
            ".durably/migrations.json",
            ".durably/app.json",
        ] {
            files.insert(path, workspace.file("accepted", path).into_bytes());
        }
        for file in ["bindings.rs", "faults.json"] {
            files.insert(file, std::fs::read(outcome.out_dir.join("durably").join(file)).unwrap_or_default());
        }
        files
    };
    let (one, two) = (generated("checkout", "1"), generated("another/deeper/checkout", "2"));
    assert!(one.values().all(|text| !text.is_empty()), "{:?}", one.keys());
    assert_eq!(one, two);
}
