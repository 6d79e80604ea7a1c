use durably::prelude::*;

#[durable_state]
pub struct Counter {
    #[durable()]
    count: i64,
}

fn main() {}
