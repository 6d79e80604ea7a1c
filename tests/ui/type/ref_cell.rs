use durably::prelude::*;

#[durable_state]
pub struct Counter {
    field: std::cell::RefCell<u32>,
}

fn main() {}
