use durably::prelude::*;

#[durable_state]
pub struct Counter {
    #[durable(default = 1)]
    field: f64,
}

fn main() {}
