use durably::prelude::*;

#[durable_state]
pub struct Counter {
    #[cfg_attr(test, durable(default))]
    count: i64,
}

fn main() {}
