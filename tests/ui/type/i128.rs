use durably::prelude::*;

#[durable_state]
pub struct Counter {
    field: i128,
}

fn main() {}
