use durably::prelude::*;

#[durable_state]
pub struct Counter {
    #[config(default = 1)]
    count: i64,
}

fn main() {}
