use durably::prelude::*;

#[durable_state]
pub struct Counter {
    field: Option<Log<u32>>,
}

fn main() {}
