use durably::prelude::*;

#[durable_state]
pub struct Counter {
    field: Map<Option<u32>, u32>,
}

fn main() {}
