use durably::prelude::*;

#[durable_state]
pub struct Counter {
    #[durable(default = pub)]
    count: i64,
}

fn main() {}
