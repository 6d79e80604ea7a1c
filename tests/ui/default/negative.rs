use durably::prelude::*;

#[durable_state]
pub struct Counter {
    #[durable(default = -1)]
    field: u32,
}

fn main() {}
