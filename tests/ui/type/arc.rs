use durably::prelude::*;

#[durable_state]
pub struct Counter {
    field: std::sync::Arc<u32>,
}

fn main() {}
