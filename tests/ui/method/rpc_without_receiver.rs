use durably::prelude::*;

durably::bindings!();

#[durable_state]
pub struct Counter {
    count: i64,
}

#[durable_rpc]
impl Counter {
    #[rpc]
    fn zero() -> i64 {
        0
    }
}

fn main() {}
