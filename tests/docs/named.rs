//! Tests that documents name: each is there.

use std::path::{Path, PathBuf};

use crate::sources::{files_below, read, repository};

/// The documents with a table whose last column names tests, and the heading of that column.
const TABLES: &[(&str, &str)] = &[("README.md", "test"), ("tests/INCIDENTS.md", "our test")];

/// Names that stand in a table and are no test, each with its place.
pub(crate) fn missing() -> Vec<String> {
    let files: Vec<PathBuf> =
        ["tests", "macros", "runtime"].iter().flat_map(|folder| files_below(Path::new(folder), "rs")).collect();
    let sources: String = files.iter().map(|file| read(file)).collect();
    let mut missing = Vec::new();
    for (document, heading) in TABLES {
        let names = named(&read(Path::new(document)), heading);
        assert!(!names.is_empty(), "{document} has no table with the column `{heading}`");
        let wrong = names.into_iter().filter(|(_, name)| !is_there(name, &sources, &files));
        missing.extend(wrong.map(|(line, name)| format!("{document}:{line}: `{name}`")));
    }
    missing
}

/// A fixture is a path, a test a function, and a name with neither is a file of tests.
fn is_there(name: &str, sources: &str, files: &[PathBuf]) -> bool {
    if name.contains('/') {
        return repository().join(name).exists();
    }
    let function = name.rsplit("::").next().unwrap_or_default();
    let is_file = |file: &PathBuf| file.file_stem().is_some_and(|stem| stem == function);
    sources.contains(&format!("fn {function}(")) || files.iter().any(is_file)
}

/// What stands in backticks in the last column of the table, with its line.
fn named(text: &str, heading: &str) -> Vec<(usize, String)> {
    let mut names = Vec::new();
    let mut inside = false;
    for (place, line) in text.lines().enumerate() {
        let last = line.trim().trim_matches('|').rsplit('|').next().unwrap_or_default().trim();
        inside = line.starts_with('|') && (inside || last == heading);
        // `_hash` is a column, not a test.
        let ticked = last.split('`').skip(1).step_by(2).filter(|name| inside && !name.starts_with('_'));
        names.extend(ticked.map(|name| (place + 1, name.to_owned())));
    }
    names
}
