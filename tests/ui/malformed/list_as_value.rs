use durably::prelude::*;

#[durable_state]
pub struct Counter {
    #[durable(default(3))]
    count: i64,
}

fn main() {}
