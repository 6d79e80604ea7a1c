use durably::prelude::*;

#[durable_state]
pub struct Counter {
    #[durable(json)]
    turns: Log<u32>,
}

fn main() {}
