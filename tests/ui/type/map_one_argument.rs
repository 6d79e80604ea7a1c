use durably::prelude::*;

#[durable_state]
pub struct Counter {
    field: Map<String>,
}

fn main() {}
