use durably::prelude::*;

#[durable_state]
pub struct Counter {
    #[durable(index)]
    count: i64,
}

fn main() {}
