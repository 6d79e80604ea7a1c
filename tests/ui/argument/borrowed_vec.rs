use durably::prelude::*;

durably::bindings!();

#[durable_state]
pub struct Counter {
    count: i64,
}

#[durable_rpc]
impl Counter {
    pub fn put(&self, bytes: &Vec<u8>) {
        let _ = bytes;
    }
}

fn main() {}
