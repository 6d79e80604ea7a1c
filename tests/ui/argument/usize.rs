use durably::prelude::*;

durably::bindings!();

#[durable_state]
pub struct Counter {
    count: i64,
}

#[durable_rpc]
impl Counter {
    pub fn put(&self, count: usize) {
        let _ = count;
    }
}

fn main() {}
