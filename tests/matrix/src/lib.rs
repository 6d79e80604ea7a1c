//! What the generated crates of the matrix need: values of every type, and what has to become of them at every place.

#[cfg(not(target_arch = "wasm32"))]
mod places;
mod sample;
pub mod served;

#[cfg(not(target_arch = "wasm32"))]
pub use places::{Matrix, PartialEqBits};
pub use sample::Sample;
