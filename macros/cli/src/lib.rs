//! What `cargo durably` is made of, for the command itself and for tests that build and serve Workers the same way:
//! [`tools`] sets up what is missing, [`worker`] builds a crate for workerd, [`wrangler`] checks and serves it.

#![cfg_attr(test, allow(clippy::expect_used))] // a test may

mod app_file;
pub mod check;
mod checks;
mod commands;
mod dotenv;
mod failure;
mod files;
mod git;
mod interrupt;
mod lock;
mod optional;
pub mod process;
mod project;
mod published;
mod seeds;
pub mod tools;
mod ui;
mod whole;
pub mod worker;
pub mod wrangler;

pub use app_file::{AppFile, Class, Secrets};
pub use commands::main;
pub use failure::{Failure, Result};
pub use project::Project;
pub use ui::Reporter;
