//! Every built-in and derived kind of type, composed three deep, at every place: the build refuses it, or each of its
//! values comes back exactly. See `docs/formats.md` for what is refused.

#![allow(clippy::panic, reason = "tests")]

mod generate;
mod grammar;
mod shapes;
mod words;
mod workspace;

use generate::Choice;
use workspace::Workspace;

/// Types of three levels in a normal run, of some 3,600.
const DEEP: usize = 300;
/// Combinations of a type and a place that every run tries at least.
const COMBINATIONS: usize = 5000;
/// Refused types in a normal run.
const REFUSED: usize = 300;

#[test]
fn every_type_is_refused_or_comes_back() {
    run(17, DEEP);
}

/// All of them.
#[test]
#[ignore = "long"]
fn every_type_of_three_levels_is_refused_or_comes_back() {
    run(18, usize::MAX);
}

/// The types that `tests/workerd` tries on the platform are in the fixture's source, written by this.
#[test]
fn the_fixture_has_its_shapes() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixture/src/shapes.rs");
    let text = shapes::module();
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&path, &text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == text, "tests/fixture/src/shapes.rs is of another generator: bless it with INSTA_UPDATE=always");
}

fn run(seed: u64, deep: usize) {
    let mut choice = Choice::new(seed, deep);
    choice.refused.truncate(REFUSED);
    let workspace = Workspace::new();
    let (refused, lines) = generate::refused(&choice.refused);
    workspace.add("refused", &refused, None);
    let main = "fn main() {\n    match accepted::run() {\n        Ok(tried) => println!(\"{tried}\"),\n        \
                Err(lost) => { println!(\"{lost}\"); std::process::exit(1) }\n    }\n}\n";
    workspace.add("accepted", &generate::accepted(&choice.accepted), Some(main));

    let refusals = workspace.refusals("refused");
    let missed: Vec<_> = lines.difference(&refusals).collect();
    assert!(missed.is_empty(), "these lines of the crate `refused` compile: {missed:?}");
    let others: Vec<_> = refusals.difference(&lines).collect();
    assert!(others.is_empty(), "these lines of the crate `refused` are refused and should not be: {others:?}");

    let output = workspace.cargo(&["run", "--quiet", "--package", "accepted"]);
    let (said, complaint) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "seed {seed}: {said}{complaint}");
    let combinations = said.split(' ').next().and_then(|number| number.parse::<usize>().ok());
    assert!(combinations >= Some(COMBINATIONS), "the matrix has shrunk: {said}");
    println!("{} types, {} refused; {said}", choice.accepted.len(), lines.len());
}
