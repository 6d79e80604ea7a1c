use durably::prelude::*;

#[durable_state]
pub struct Counter {
    field: char,
}

fn main() {}
