use durably::prelude::*;

#[durable_state]
pub struct Counter {
    #[durable(default = 3)]
    field: String,
}

fn main() {}
