use durably::prelude::*;

#[durable_state]
pub struct Counter {
    #[durable(default = "none")]
    field: u32,
}

fn main() {}
