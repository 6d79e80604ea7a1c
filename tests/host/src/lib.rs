//! Programs of handlers, run by the fixture's objects and compared with a simple model: natively over SQLite, and by the
//! tests on workerd.
#![allow(
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "these are the hands of tests: what goes wrong here fails the test, with what is known of it"
)]

pub mod check;
pub mod model;
pub mod random;
pub mod world;

pub use fixture::programs;
