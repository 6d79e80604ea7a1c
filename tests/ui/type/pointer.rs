use durably::prelude::*;

#[durable_state]
pub struct Counter {
    field: *const u8,
}

fn main() {}
