use durably::prelude::*;

#[durable_state]
pub struct Counter {
    #[durable(was = "total")]
    count: i64,
}

fn main() {}
