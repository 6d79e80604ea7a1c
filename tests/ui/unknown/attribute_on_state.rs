use durably::prelude::*;

#[durable_state]
#[durable(default)]
pub struct Counter {
    count: i64,
}

fn main() {}
