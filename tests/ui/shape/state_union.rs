use durably::prelude::*;

#[durable_state]
pub union Counter {
    count: i64,
}

fn main() {}
