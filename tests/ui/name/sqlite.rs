use durably::prelude::*;

#[durable_state]
pub struct Counter {
    sqlite_version: u64,
}

fn main() {}
