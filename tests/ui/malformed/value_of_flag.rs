use durably::prelude::*;

#[durable_state]
pub struct Counter {
    #[durable(json = true)]
    count: i64,
}

fn main() {}
