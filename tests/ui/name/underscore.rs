use durably::prelude::*;

#[durable_state]
pub struct Counter {
    _id: u64,
}

fn main() {}
