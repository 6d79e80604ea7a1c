use durably::prelude::*;

#[durable_state]
pub struct Counter {
    durably_revision: u64,
}

fn main() {}
