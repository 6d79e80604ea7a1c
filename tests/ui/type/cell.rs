use durably::prelude::*;

#[durable_state]
pub struct Counter {
    field: std::cell::Cell<u32>,
}

fn main() {}
