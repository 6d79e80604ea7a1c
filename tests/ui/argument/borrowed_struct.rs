use durably::prelude::*;

durably::bindings!();

pub struct Turn;

#[durable_state]
pub struct Counter {
    count: i64,
}

#[durable_rpc]
impl Counter {
    pub fn put(&self, turn: &Turn) {
        let _ = turn;
    }
}

fn main() {}
