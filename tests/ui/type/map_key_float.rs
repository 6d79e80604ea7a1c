use durably::prelude::*;

#[durable_state]
pub struct Counter {
    field: Map<f64, u32>,
}

fn main() {}
