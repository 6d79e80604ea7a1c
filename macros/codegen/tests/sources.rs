//! What the scan follows, and what it refuses with a reason.

#![allow(missing_docs, clippy::panic, reason = "tests")]

mod support;

use support::{HEAD, Project, TEMPLATE};

const TURN: &str = "#[derive(Clone, Durable)]\npub struct Turn {\n    pub text: String,\n}\n";

fn faults(lib: &str) -> Vec<String> {
    Project::of(lib).faults()
}

#[track_caller]
fn one(faults: &[String], parts: &[&str]) {
    let [fault] = faults else { panic!("one fault was expected: {faults:#?}") };
    for part in parts {
        assert!(fault.contains(part), "{part:?} is not in {fault:?}");
    }
}

/// The types in the manifest's line for a field or argument of this name.
#[track_caller]
fn type_of(project: &Project, name: &str) -> String {
    let faults = project.faults();
    assert_eq!(faults, [""; 0]);
    let manifest = project.read(".durably/migrations.json");
    let at = manifest.find(&format!("\"name\": \"{name}\"")).unwrap_or_else(|| panic!("no {name} in {manifest}"));
    let rest = &manifest[at..];
    let ty = rest.split("\"type\": \"").nth(1).and_then(|rest| rest.split('"').next());
    ty.unwrap_or_else(|| panic!("no type in {rest}")).to_owned()
}

#[test]
fn names_of_the_same_module() {
    let project = Project::of(&format!("{TURN}#[durable_state]\npub struct Chat {{ first: Option<Turn> }}\n"));
    assert_eq!(type_of(&project, "first"), "Option<Turn>");
}

#[test]
fn imports_renamed_grouped_and_by_path() {
    for (import, path) in [
        ("use crate::types::Turn;", "Turn"),
        ("use types::Turn as Entry;", "Entry"),
        ("use self::types::{deep::Other, Turn};", "Turn"),
        ("use crate::types::{self as kinds};", "kinds::Turn"),
        ("use crate::types::inner::{self};", "inner::Turn"),
        ("use crate::types::inner::{self as kinds};", "kinds::Turn"),
        ("", "crate::types::Turn"),
        ("", "self::types::Turn"),
        ("", "types::deep::super::Turn"),
        ("extern crate self as shop;", "shop::types::Turn"),
    ] {
        let lib = format!("mod types;\n{import}\n#[durable_state]\npub struct Chat {{ first: {path} }}\n");
        let types = format!(
            "use durably::prelude::*;\n{TURN}pub mod deep {{ pub struct Other; }}\npub mod inner {{ pub use super::Turn; }}\n"
        );
        let project = Project::of(&lib).file("app/src/types.rs", &types);
        assert_eq!(type_of(&project, "first"), "types::Turn", "{import} {path}");
    }
}

#[test]
fn chains_of_reexports() {
    let project = Project::of("mod a;\nuse a::Entry;\n#[durable_state]\npub struct Chat { first: Entry }\n")
        .file("app/src/a.rs", "pub mod b;\npub use b::Middle as Entry;\n")
        .file("app/src/a/b.rs", &format!("use durably::Durable;\nmod c {{\n use durably::prelude::*;\n{TURN}}}\npub use self::c::Turn as Middle;\n"));
    assert_eq!(type_of(&project, "first"), "a::b::c::Turn");
}

#[test]
fn one_name_in_two_modules() {
    let project =
        Project::of("mod a;\nmod b;\n#[durable_state]\npub struct Chat { first: a::Turn, second: b::Turn }\n")
            .file("app/src/a.rs", &format!("use durably::Durable;\n{TURN}"))
            .file("app/src/b.rs", &format!("use durably::Durable;\n{TURN}"));
    assert_eq!(type_of(&project, "first"), "a::Turn");
    assert_eq!(type_of(&project, "second"), "b::Turn");
    let bindings = project.read("out/durably/bindings.rs");
    let decl = |name: &str| {
        let line = bindings.split(&format!("// {name}\n")).nth(1).and_then(|rest| rest.split("_u64").next());
        line.map(|line| line.rsplit('<').next().unwrap_or_default().to_owned())
    };
    assert_ne!(decl("a::Turn"), decl("b::Turn"), "two types of one name have two numbers");
    let fields = bindings.split("// Chat\n").nth(1).unwrap_or_default();
    let (a, b) = (decl("a::Turn").unwrap_or_default(), decl("b::Turn").unwrap_or_default());
    assert!(fields.contains(&format!("&[{a}, {b}]")), "{fields}");
}

#[test]
fn files_where_rustc_looks() {
    let project = Project::of(
        "mod a;\nmod b;\n#[path = \"elsewhere/odd.rs\"]\nmod c;\nmod d { pub mod e; #[path = \"x.rs\"] pub mod f; }\n\
         #[durable_state]\npub struct Chat { a: a::Turn, b: b::Turn, c: c::below::Turn, e: d::e::Turn, f: d::f::Turn }\n",
    );
    let turn = format!("use durably::prelude::*;\n{TURN}");
    let project = project
        .file("app/src/a.rs", &turn)
        .file("app/src/b/mod.rs", &turn)
        .file("app/src/elsewhere/odd.rs", "pub mod below;\n")
        .file("app/src/elsewhere/below.rs", &turn)
        .file("app/src/d/e.rs", &turn)
        .file("app/src/d/x.rs", &turn);
    for (field, path) in [("a", "a"), ("b", "b"), ("c", "c::below"), ("e", "d::e"), ("f", "d::f")] {
        assert_eq!(type_of(&project, field), format!("{path}::Turn"));
    }
}

#[test]
fn line_ends_do_not_change_a_hash() {
    let lib = format!(
        "{HEAD}/// One\n/// turn.\n{TURN}#[durable_state]\npub struct Chat {{ #[durable(json)] first: Turn, #[durable(default = \"two\nlines\".into())] second: String }}\n"
    );
    let unix = Project::new(TEMPLATE, &lib);
    let windows = Project::new(&TEMPLATE.replace('\n', "\r\n"), &lib.replace('\n', "\r\n"));
    assert_eq!(unix.faults(), windows.faults());
    assert_eq!(unix.generated(), windows.generated());
}

#[test]
fn the_librarys_path_is_the_manifests() {
    let project = Project::new(TEMPLATE, "").file("app/Cargo.toml", "[lib]\npath = \"code/main.rs\"\n");
    let project = project.file("app/code/main.rs", &format!("{HEAD}mod a;\n")).file("app/code/a.rs", "");
    assert_eq!(project.faults(), [""; 0]);
    let inputs = project.run().inputs;
    assert!(inputs.contains(&project.path("app/code/a.rs")), "{inputs:?}");
}

#[test]
fn builtins_by_every_path() {
    for (import, ty, name) in [
        ("", "Timestamp", "Timestamp"),
        ("", "durably::Uuid", "Uuid"),
        ("use durably;", "durably::Uuid", "Uuid"),
        ("", "::durably::prelude::Seq", "Seq"),
        ("", "std::string::String", "String"),
        ("", "::std::vec::Vec<u8>", "Vec<u8>"),
        ("use std::collections::{BTreeMap as Tree};", "Tree<String, u32>", "BTreeMap<String, u32>"),
        ("use std::collections;", "collections::HashMap<String, bool>", "HashMap<String, bool>"),
        ("", "(u8, Option<Box<i64>>)", "(u8, Option<Box<i64>>)"),
        ("", "[u16; 4]", "[u16; 4]"),
    ] {
        let project = Project::of(&format!("{import}\n#[durable_state]\npub struct Chat {{ first: {ty} }}\n"));
        assert_eq!(type_of(&project, "first"), name, "{import} {ty}");
    }
}

#[test]
fn a_type_of_the_crate_hides_the_languages() {
    let lib = "#[derive(Durable)]\npub struct String(u32);\n#[durable_state]\npub struct Chat { first: String, second: std::string::String }\n";
    let project = Project::of(lib);
    let columns = project.run();
    assert!(columns.faults.is_empty(), "{:?}", columns.faults);
    let manifest = project.read(".durably/migrations.json");
    let kinds: Vec<&str> = manifest
        .split("\"name\": \"first\"")
        .nth(1)
        .unwrap_or_default()
        .split("\"kind\": \"")
        .skip(1)
        .take(2)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert_eq!(kinds, ["INTEGER", "TEXT"]);
}

#[test]
fn a_macro_of_the_same_name_is_no_type() {
    let lib = "use thiserror::Turn;\n".to_owned() + TURN + "#[durable_state]\npub struct Chat { first: Turn }\n";
    assert_eq!(type_of(&Project::of(&lib), "first"), "Turn");
}

#[test]
fn a_glob_import() {
    let types = format!("use durably::prelude::*;\n{TURN}");
    let project =
        Project::of("mod types;\nuse types::*;\n#[durable_state]\npub struct Chat { first: Turn, at: Timestamp }\n");
    let found = project.file("app/src/types.rs", &types).faults();
    one(
        &found,
        &[
            "src/lib.rs:6 Field(\"first\"): ",
            "where `Turn` comes from",
            "Import `Turn` by its name",
            "#[durable(json)]",
        ],
    );
    let reexport = Project::of(
        "mod types;\nmod all { pub use crate::types::*; }\n#[durable_state]\npub struct Chat { first: all::Turn }\n",
    );
    one(&reexport.file("app/src/types.rs", &types).faults(), &["Field(\"first\")", "where `Turn` comes from"]);
}

#[test]
fn an_alias() {
    let found =
        faults(&format!("{TURN}type Entry = Turn;\n#[durable_state]\npub struct Chat {{ first: Vec<Entry> }}\n"));
    one(&found, &["Field(\"first\"): `Entry` is a type alias", "write the path of the type itself"]);
}

#[test]
fn a_type_of_another_crate() {
    let found = faults("#[durable_state]\npub struct Chat { first: serde_json::Value }\n");
    one(&found, &["`serde_json::Value` is a type of another crate", "mark the field `#[durable(json)]`"]);
    let found = faults("use uuid::Uuid;\n#[durable_state]\npub struct Chat { first: Uuid }\n");
    one(&found, &["write the path `durably::Uuid`"]);
}

#[test]
fn faults_of_signatures_are_at_their_argument_or_method() {
    let lib = "mod types { pub struct Foreign; }\ntype Alias = u32;\n#[durable_state]\npub struct Chat { first: u32 }\n\
        #[durable_rpc]\nimpl Chat {\n    pub fn add(&mut self, count: Alias) -> Alias { 0 }\n}\n\
        #[durable_route(\"GET /x\", authorize = public)]\nasync fn x(page: Alias) -> Result<u32> { todo!() }\n";
    let found = faults(lib);
    assert_eq!(found.len(), 3, "{found:#?}");
    assert!(found[0].starts_with("src/lib.rs:8 Argument(\"add\", \"count\"): "), "{found:#?}");
    assert!(found[1].starts_with("src/lib.rs:8 Method(\"add\"): "), "{found:#?}");
    assert!(found[2].starts_with("src/lib.rs:12 Argument(\"x\", \"page\"): "), "{found:#?}");
    assert!(!found[0].contains("durable(json)"), "an argument has no attribute: {found:#?}");
}

#[test]
fn conditions_that_are_known() {
    let lib = format!(
        "#[cfg(test)]\nmod tests {{ #[durable_state] struct Chat {{ a: u32 }} }}\n\
         #[cfg(feature = \"large\")]\nmod size {{ {TURN} }}\n#[cfg(not(feature = \"large\"))]\nmod size {{}}\n\
         #[cfg(target_arch = \"wasm32\")]\n#[durable_state]\npub struct Chat {{ a: u32 }}\n\
         #[cfg(unix)]\n#[durable_state]\npub struct Host {{ a: u32 }}\n"
    );
    let project = Project::of(&lib);
    assert_eq!(project.faults(), [""; 0]);
    assert!(!project.read("out/durably/bindings.rs").contains("Turn"));
    assert!(!project.read("wrangler.toml").contains("HOST"));
    let large = project.feature("large");
    assert_eq!(large.faults(), [""; 0]);
    assert!(large.read("out/durably/bindings.rs").contains("// size::Turn\n"));
}

#[test]
fn a_condition_that_cannot_be_known() {
    let found = faults("#[cfg(debug_assertions)]\n#[durable_state]\npub struct Chat { a: u32 }\n");
    one(
        &found,
        &["src/lib.rs:5 Crate", "src/lib.rs:5: whether `Chat` exists cannot be known", "depends on the profile"],
    );
    let found = faults("#[cfg(tokio_unstable)]\nmod inner { #[durable_state]\npub struct Chat { a: u32 } }\n");
    one(&found, &["whether `Chat` exists", "`tokio_unstable` comes from compiler flags"]);
    let nothing = faults("#[cfg(debug_assertions)]\nmod inner { pub fn log() {} }\n");
    assert_eq!(nothing, [""; 0], "only annotated items matter");
    let found = faults(&format!(
        "#[cfg(debug_assertions)]\nuse a::Turn;\n#[cfg(not(debug_assertions))]\nuse b::Turn;\nmod a {{ {TURN} }}\nmod b {{ {TURN} }}\n#[durable_state]\npub struct Chat {{ first: Turn }}\n"
    ));
    one(&found, &["Field(\"first\"): what `Turn` stands for cannot be known"]);
}

#[test]
fn an_annotation_inside_cfg_attr() {
    let found = faults("#[cfg_attr(target_arch = \"wasm32\", durable_state)]\npub struct Chat { a: u32 }\n");
    one(&found, &["src/lib.rs:4 Item(()): `Chat` has its annotation inside `#[cfg_attr]`"]);
    let found = faults("#[cfg_attr(debug_assertions, derive(Debug, durably::Durable))]\npub struct Turn { a: u32 }\n");
    one(&found, &["Crate", "src/lib.rs:4: `Turn` has its annotation inside"]);
    let found = faults("#[cfg_attr(test, derive(Durable))]\npub struct Turn { a: u32 }\n");
    one(&found, &["Crate", "does not hold for wasm"]);
    assert_eq!(faults("#[cfg_attr(test, derive(Debug))]\n#[derive(Durable)]\npub struct Turn { a: u32 }\n"), [""; 0]);
}

#[test]
fn a_condition_on_a_field_of_a_derived_type() {
    let found = faults("#[derive(Durable)]\npub struct Turn { #[cfg(not(test))] a: u32, b: u32 }\n");
    one(&found, &["src/lib.rs:4 Field(\"a\"): `a` stands under a condition"]);
    let found = faults("#[derive(Durable)]\npub enum Turn { #[cfg(debug_assertions)] A, B }\n");
    one(&found, &["Crate", "`A` stands under a condition"]);
    assert_eq!(faults("#[derive(Durable)]\npub struct Turn { #[cfg_attr(test, allow(dead_code))] a: u32 }\n"), [""; 0]);
}

#[test]
fn nothing_is_written_after_a_fault() {
    let lib = "#[cfg(debug_assertions)]\n#[durable_state]\npub struct Chat { a: u32 }\n";
    let project = Project::of(lib);
    assert_eq!(project.faults().len(), 1);
    assert!(!project.path("wrangler.toml").exists());
    assert!(!project.path(".durably").exists());
}

#[test]
fn two_states_of_one_name() {
    let found = faults(
        "mod a { #[durable_state]\npub struct Chat { a: u32 } }\nmod b { #[durable_state]\npub struct Chat { a: u32 } }\n",
    );
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(
        found[0].starts_with("src/lib.rs:4 Item(()): another `#[durable_state]` is called `Chat` (src/lib.rs:6)"),
        "{found:#?}"
    );
    assert!(
        found[1].starts_with("src/lib.rs:6 Item(()): another `#[durable_state]` is called `Chat` (src/lib.rs:4)"),
        "{found:#?}"
    );
}

#[test]
fn two_bindings_of_one_name() {
    let found = faults(
        "#[durable_state]\npub struct AppConfig { a: u32 }\nmod b { #[kv_config]\npub struct AppConfig { #[config(default = 1)] a: u32 } }\n",
    );
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].contains("the binding `APP_CONFIG` is also that of another item (src/lib.rs:6)"), "{found:#?}");
}

#[test]
fn two_blocks_for_one_state() {
    let found = faults(
        "#[durable_state]\npub struct Chat { a: u32 }\n#[durable_rpc]\nimpl Chat { pub fn one(&self) -> u32 { 1 } }\n#[durable_rpc]\nimpl Chat { pub fn two(&self) -> u32 { 2 } }\n",
    );
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(
        found[0].starts_with("src/lib.rs:6 Item(()): `Chat` has another `#[durable_rpc]` block (src/lib.rs:8)"),
        "{found:#?}"
    );
}

#[test]
fn a_library_without_bindings() {
    let found = Project::new(TEMPLATE, "use durably::prelude::*;\n").faults();
    one(&found, &["Crate", "`src/lib.rs` has no `durably::bindings!();`"]);
    let found =
        Project::new(TEMPLATE, "use durably::prelude::*;\n#[durable_state]\npub struct Chat { a: u32 }\n").faults();
    one(&found, &["src/lib.rs:3 Item(()): `src/lib.rs` has no `durably::bindings!();`"]);
    for invocation in ["bindings!();", "::durably::bindings!();", "durably::bindings! {}"] {
        assert_eq!(Project::new(TEMPLATE, invocation).faults(), [""; 0], "{invocation}");
    }
}

#[test]
fn what_rustc_or_a_macro_reports_is_not_reported_twice() {
    for lib in [
        "pub struct {",                                                      // no Rust
        "mod missing;",                                                      // no file
        "#[durable_state]\npub struct Chat<T> { a: T }",                     // the model refuses it
        "#[durable_state]\npub enum Chat { A }",                             // not a struct
        "#[durable_state]\npub struct Chat { a: Nowhere }",                  // no such type
        "pub struct Plain;\n#[durable_state]\npub struct Chat { a: Plain }", // not a Durable type
        "#[derive(Durable)]\nunion Turn { a: u32 }\n#[durable_state]\npub struct Chat { a: Turn }",
        "macro_rules! make { () => { #[derive(Durable)] pub struct Turn(u32); } }\nmake!();\n#[durable_state]\npub struct Chat { a: Turn }",
    ] {
        let project = Project::of(lib);
        assert_eq!(project.faults(), [""; 0], "{lib}");
        assert!(project.path("out/durably/bindings.rs").is_file());
        assert!(!project.path("wrangler.toml").exists(), "half a model was written for {lib}");
    }
}

#[test]
fn a_missing_file_is_looked_for_again() {
    let project = Project::of("mod late;\n");
    let inputs = project.run().inputs;
    assert!(inputs.contains(&project.path("app/src/late.rs")), "{inputs:?}");
    assert!(inputs.contains(&project.path("app/src/late/mod.rs")), "{inputs:?}");
}

#[test]
fn files_in_a_circle_end() {
    let project = Project::of("#[path = \"lib.rs\"]\nmod again;\n");
    assert_eq!(project.faults(), [""; 0]);
    let circle = "#[derive(Durable)]\nstruct A(B);\n#[derive(Durable)]\nstruct B(A);\n#[durable_state]\npub struct Chat { a: A }\n";
    assert_eq!(faults(circle), [""; 0]);
}

#[test]
fn what_is_not_followed() {
    let project =
        Project::of("fn body() { #[derive(Durable)] struct Inside(u32); }\n").file("app/src/unreached.rs", TURN);
    assert_eq!(project.faults(), [""; 0]);
    let bindings = project.read("out/durably/bindings.rs");
    assert!(!bindings.contains("Inside") && !bindings.contains("Turn"), "{bindings}");
}
