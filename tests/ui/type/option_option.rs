use durably::prelude::*;

#[durable_state]
pub struct Counter {
    field: Option<Option<u32>>,
}

fn main() {}
