use durably::prelude::*;

#[durable_state]
pub struct Counter {
    #[durable(defualt = 1)]
    count: i64,
}

fn main() {}
