//! Every Rust example in the documentation, compiled by an application's own build. See README.md.

#![allow(clippy::panic, reason = "tests")]

mod fence;
mod named;
mod pack;
mod sources;
mod workspace;

/// The least number of examples: a reader that no longer finds them must not pass.
const LEAST: usize = 60;

#[test]
fn every_example_compiles() {
    let fences = sources::fences();
    let examples = fences.len();
    assert!(examples >= LEAST, "only {examples} examples were found");
    let crates = pack::crates(fences);
    let wrong = workspace::check(&crates);
    assert!(wrong.is_empty(), "{} of {examples} examples are wrong:\n\n{}", wrong.len(), wrong.join("\n"));
    println!("{examples} examples in {} crates", crates.len());
}

#[test]
fn every_test_that_a_document_names_is_there() {
    let missing = named::missing();
    assert!(missing.is_empty(), "no test has these names:\n{}", missing.join("\n"));
}
