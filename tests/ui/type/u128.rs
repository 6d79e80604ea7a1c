use durably::prelude::*;

#[durable_state]
pub struct Counter {
    field: u128,
}

fn main() {}
