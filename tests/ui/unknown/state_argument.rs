use durably::prelude::*;

#[durable_state(version = 2)]
pub struct Counter {
    count: i64,
}

fn main() {}
