use durably::prelude::*;

durably::bindings!();

#[durable_state]
pub struct Counter {
    count: i64,
}

#[durable_rpc]
impl Counter {
    pub fn put(&self, (a, b): (u32, u32)) {
        let _ = (a, b);
    }
}

fn main() {}
