use durably::prelude::*;

durably::bindings!();

#[durable_state]
pub struct Counter {
    count: i64,
}

#[durable_rpc]
impl Counter {
    pub const fn get(&self) -> i64 {
        self.count
    }
}

fn main() {}
