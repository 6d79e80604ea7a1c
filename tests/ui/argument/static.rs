use durably::prelude::*;

durably::bindings!();

#[durable_state]
pub struct Counter {
    count: i64,
}

#[durable_rpc]
impl Counter {
    pub fn put(&self, text: &'static str) {
        let _ = text;
    }
}

fn main() {}
