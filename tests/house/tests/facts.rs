//! Facts that several crates need, and that each stand in one place. A second copy drifts: this test finds it.

use std::fs;
use std::path::{Path, PathBuf};

/// A fact: its name, the one file that states it, and the text that states it there.
struct Fact {
    name: &'static str,
    home: &'static str,
    text: &'static str,
}

const fn fact(name: &'static str, home: &'static str, text: &'static str) -> Fact {
    Fact { name, home, text }
}

const LIMITS: &str = "macros/contract/src/limits.rs";
const BUILTIN: &str = "macros/contract/src/builtin.rs";
const COLUMNS: &str = "macros/contract/src/columns.rs";
const KEYS: &str = "macros/model/src/item/keys.rs";

const FACTS: &[Fact] = &[
    fact("where FNV begins", "macros/contract/src/fnv.rs", "0xcbf2_9ce4_8422_2325"),
    fact("FNV's prime", "macros/contract/src/fnv.rs", "0x0000_0100_0000_01b3"),
    fact("how an item is hashed", "macros/contract/src/decl.rs", "text(\"item\")"),
    fact("how a stored shape is hashed", COLUMNS, "text(\"shape\")"),
    fact("the size of a row", LIMITS, ": usize = 2_000_000"),
    fact("the columns of a table", LIMITS, "TABLE_MAX_COLUMNS: usize = 100"),
    fact("the size of a message", LIMITS, "32 << 20"),
    fact("the depth of JSON", LIMITS, ": usize = 120"),
    fact("the items of a page", LIMITS, ": u32 = 200"),
    fact("the greatest whole number of JavaScript", LIMITS, "1 << 53"),
    fact("the numbers of a built-in type", BUILTIN, "i16::MIN"),
    fact("the arguments of a built-in type", BUILTIN, "(\"BTreeMap\", 2"),
    fact("the state's table", COLUMNS, "\"durably_state\""),
    fact("the table of idempotency keys", COLUMNS, "\"durably_idempotency\""),
    fact("the key of the last good configuration", "macros/contract/src/names.rs", ".last_good\""),
    fact("the words of a name", "macros/contract/src/names.rs", "fn snake_case"),
    fact("the file of faults", "macros/contract/src/paths.rs", "\"faults.json\""),
    fact("the members of app.json", "macros/contract/src/files/app.rs", "rename = \"configuration\""),
    fact("the keys of a setting", KEYS, "\"default\", \"env\""),
    fact("the keys of a method", KEYS, "\"authorize\", \"create\""),
    fact("the typed places of an item", "macros/model/src/item/places.rs", "fn places("),
    fact("what an item's hash covers", "macros/model/src/item/hash.rs", "trait Describe"),
    fact("the generated files", "macros/codegen/src/emit/mod.rs", "const EMITTERS"),
];

#[test]
fn each_fact_stands_once() {
    let sources = sources(&root());
    assert!(sources.len() > 150, "{} sources were found", sources.len());
    let drifted: Vec<String> = FACTS.iter().filter_map(|fact| complaint(fact, &sources)).collect();
    assert!(drifted.is_empty(), "{}", drifted.join("\n"));
    assert!(FACTS.len() >= 12);
}

#[test]
fn a_second_copy_and_a_lost_one_are_found() {
    let size = fact("the size", "a.rs", "2_000_000");
    let (home, copy) = ("const MAX: usize = 2_000_000;", "if row > 2_000_000 {}");
    let of = |files: &[(&str, &str)]| {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), stated(text)));
        complaint(&size, &files.collect::<Vec<_>>())
    };
    assert_eq!(of(&[("a.rs", home), ("b.rs", "use a::MAX;")]), None);
    assert_eq!(of(&[("a.rs", home), ("b.rs", "// at most 2_000_000\n#[cfg(test)]\nmod tests { 2_000_000 }")]), None);
    let twice = "the size stands in a.rs:1, b.rs:1: once is right, in a.rs";
    assert_eq!(of(&[("a.rs", home), ("b.rs", copy)]).as_deref(), Some(twice));
    assert_eq!(of(&[("b.rs", home)]).as_deref(), Some("the size stands in b.rs:1: once is right, in a.rs"));
    assert_eq!(of(&[("a.rs", "")]).as_deref(), Some("the size stands nowhere: once is right, in a.rs"));
}

/// The repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn complaint(fact: &Fact, sources: &[(String, String)]) -> Option<String> {
    let mut places = Vec::new();
    for (path, text) in sources {
        let lines = text.lines().enumerate().filter(|(_, line)| line.contains(fact.text));
        places.extend(lines.map(|(line, _)| (path.as_str(), line + 1)));
    }
    if let [(path, _)] = places.as_slice()
        && *path == fact.home
    {
        return None;
    }
    let places: Vec<String> = places.iter().map(|(path, line)| format!("{path}:{line}")).collect();
    let places = if places.is_empty() { "nowhere".to_owned() } else { format!("in {}", places.join(", ")) };
    Some(format!("{} stands {places}: once is right, in {}", fact.name, fact.home))
}

/// The sources of the crates, by their path below the repository, without comments and without their tests.
fn sources(root: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root.join("macros"), root.join("runtime"), root.join("app")];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                let ours = !name.starts_with('.') && !["tests", "target", "node_modules"].contains(&name.as_str());
                folders.extend(ours.then_some(path));
            } else if [".rs", ".js", ".mjs"].iter().any(|ending| name.ends_with(ending)) {
                let text = fs::read_to_string(&path).unwrap_or_default();
                let below = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                found.push((below, stated(&text)));
            }
        }
    }
    found.sort();
    found
}

/// What a file states: its lines up to its tests, comments left empty.
fn stated(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let is_test = |at: usize| {
        lines[at].starts_with("#[cfg(test)]") && lines.get(at + 1).is_some_and(|next| next.starts_with("mod "))
    };
    let end = (0..lines.len()).find(|at| is_test(*at)).unwrap_or(lines.len());
    let stated = lines[..end].iter().map(|line| if line.trim_start().starts_with("//") { "" } else { line });
    stated.collect::<Vec<_>>().join("\n")
}
