use durably::prelude::*;

#[durable_state]
pub struct Counter {
    #[durable(default = 0)]
    field: bool,
}

fn main() {}
