//! The runtime's folders stand on each other, and no files stand in a circle.
//!
//! What a file imports is read from its `use` lines and from the paths in its code, macros and attributes included. A path
//! is followed through re-exports to the file that defines the thing, so a re-export hides nothing and is itself no
//! import; `mod.rs` files, which may hold nothing else, import nothing. Tests inside of the sources don't count.
//!
//! `DURABLY_HOUSE_OF=<checkout>` reads the runtime of another checkout.

#![allow(clippy::panic, reason = "a test that cannot read the sources has failed")]

mod graph;
mod source;

use std::path::PathBuf;

use graph::Graph;
use source::Crate;

/// The folders of `runtime/src`, and the files beside them, from the ground up: each imports from itself and from those
/// before it.
const STOREYS: [&str; 18] = [
    "limits",     // numbers of the platform
    "planted",    // the faults that tests switch on, asked for from everywhere
    "error",      // durably's own errors
    "value",      // times, ids, places in a log
    "codec",      // values as JSON and as columns
    "domain",     // the application's errors, and how calls fail
    "platform",   // the seam: all that names JS or rusqlite
    "storage",    // a database and what is known of its tables
    "collection", // logs and maps
    "config",     // documents in KV
    "object",     // a state and its transactions
    "call",       // methods, envelopes, clients
    "http",       // routes
    "host",       // objects in plain tests
    "doors",      // each door alone, for tests of the codec
    "private",    // what generated code names
    "prelude",
    "lib",
];

fn runtime() -> Crate {
    let root = std::env::var_os("DURABLY_HOUSE_OF").map_or_else(|| PathBuf::from("../.."), PathBuf::from);
    Crate::read(&root.join("runtime/src"))
}

fn storey(file: &str) -> Option<usize> {
    let place = file.split('/').next().unwrap_or_default().trim_end_matches(".rs");
    STOREYS.iter().position(|storey| *storey == place)
}

#[test]
fn every_file_stands_in_a_storey_and_imports_only_from_below() {
    let graph = Graph::of(&runtime());
    let mut faults: Vec<String> = graph
        .files()
        .filter(|file| storey(file).is_none())
        .map(|file| format!("{file} stands in no storey: move it to a folder of the list, or add its folder"))
        .collect();
    for (from, to, path) in graph.imports() {
        if let (Some(own), Some(other)) = (storey(from), storey(to))
            && own < other
        {
            faults.push(format!("{from} imports `{path}` from above: {to}"));
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn no_files_stand_in_a_circle() {
    let graph = Graph::of(&runtime());
    let knots = graph.knots();
    let tied: usize = knots.iter().map(Vec::len).sum();
    let told: Vec<String> = knots.iter().map(|knot| graph.tell(knot)).collect();
    assert!(knots.is_empty(), "{tied} of {} files stand in circles\n{}", graph.files().count(), told.join("\n"));
}

#[test]
fn a_mod_file_declares_and_re_exports() {
    let others = runtime().mod_files_with_code();
    assert!(others.is_empty(), "these hold more than `mod` and `use` lines: {}", others.join(", "));
}
