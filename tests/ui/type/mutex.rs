use durably::prelude::*;

#[durable_state]
pub struct Counter {
    field: std::sync::Mutex<u32>,
}

fn main() {}
