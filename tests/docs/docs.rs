//! Every Rust example in the documentation, compiled by an application's own build. See README.md.

#![allow(clippy::panic, reason = "tests")]

mod fence;
mod pack;
mod sources;
mod workspace;

/// What the documentation has at the least: a reader that no longer finds the fences must not pass.
const LEAST: usize = 2;

#[test]
fn every_example_compiles() {
    let fences = sources::fences();
    let ignored: Vec<String> = fences.iter().filter(|fence| fence.ignored).map(|fence| fence.place(1)).collect();
    println!("{} examples, {} ignored", fences.len(), ignored.len());
    let crates = pack::crates(fences.into_iter().filter(|fence| !fence.ignored).collect());
    let examples: usize = crates.iter().map(|one| one.fences.len()).sum();
    assert!(examples >= LEAST, "only {examples} examples were found");
    let wrong = workspace::check(&crates);
    assert!(wrong.is_empty(), "{} of {examples} examples are wrong:\n\n{}", wrong.len(), wrong.join("\n"));
    println!("{examples} examples in {} crates", crates.len());
}
