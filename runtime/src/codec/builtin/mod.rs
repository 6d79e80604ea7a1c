//! The built-in types, and the values that durably brings.

mod containers;
mod numbers;
mod places;
mod settings;
mod text;
mod times;

pub(crate) use numbers::{integer_from_sql, is_exact};
