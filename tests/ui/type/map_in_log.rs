use durably::prelude::*;

#[durable_state]
pub struct Counter {
    field: Log<Map<String, u32>>,
}

fn main() {}
