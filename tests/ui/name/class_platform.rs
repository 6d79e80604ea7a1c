use durably::prelude::*;

#[durable_state]
pub struct DurableObject {
    count: i64,
}

fn main() {}
