use durably::prelude::*;

#[durable_state]
pub struct Counter {
    field: fn(u8) -> u8,
}

fn main() {}
