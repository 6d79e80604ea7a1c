use durably::prelude::*;

#[durable_state]
pub struct Counter {
    field: Box<[u8]>,
}

fn main() {}
