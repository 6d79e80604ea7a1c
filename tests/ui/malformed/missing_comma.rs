use durably::prelude::*;

#[durable_state]
pub struct Counter {
    #[durable(default = 1 json)]
    count: i64,
}

fn main() {}
