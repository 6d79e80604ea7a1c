use durably::prelude::*;

#[durable_rpc]
pub struct Counter {
    count: i64,
}

fn main() {}
