use durably::prelude::*;

#[durable_state]
pub struct Counter {
    #[durable(default)]
    #[durable(default)]
    count: i64,
}

fn main() {}
