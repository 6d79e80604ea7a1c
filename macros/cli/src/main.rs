//! The `cargo durably` command; see the library of the same package.

use std::process::ExitCode;

fn main() -> ExitCode {
    cargo_durably::main()
}
