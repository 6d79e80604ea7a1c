use durably::prelude::*;

#[durable_state]
pub struct Counter {
    field: Box<dyn std::fmt::Debug>,
}

fn main() {}
