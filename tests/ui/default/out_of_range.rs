use durably::prelude::*;

#[durable_state]
pub struct Counter {
    #[durable(default = 300)]
    field: u8,
}

fn main() {}
