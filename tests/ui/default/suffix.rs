use durably::prelude::*;

#[durable_state]
pub struct Counter {
    #[durable(default = 1i64)]
    field: u32,
}

fn main() {}
