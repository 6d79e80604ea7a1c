use durably::prelude::*;

#[durable_state]
pub struct Promise {
    count: i64,
}

fn main() {}
