use durably::prelude::*;

#[durable_state]
pub struct Counter {
    field: &'static str,
}

fn main() {}
