use durably::prelude::*;

#[durable_state]
pub struct Counter {
    field: usize,
}

fn main() {}
