use durably::prelude::*;

#[durable_state]
pub struct Counter {
    #[durable(default = 1, default = 2)]
    count: i64,
}

fn main() {}
