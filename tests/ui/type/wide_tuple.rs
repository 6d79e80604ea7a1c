use durably::prelude::*;

#[durable_state]
pub struct Counter {
    field: (u8, u8, u8, u8, u8, u8, u8),
}

fn main() {}
