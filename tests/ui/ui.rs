//! One fault a file, in a folder named after the kind of fault. See README.md.

/// Every fixture shows its one error, where the fault is, and nothing else.
#[test]
fn ui() {
    trybuild::TestCases::new().compile_fail("*/*.rs");
}
