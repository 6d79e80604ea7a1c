use durably::prelude::*;

durably::bindings!();

#[durable_state]
pub struct Counter {
    count: i64,
}

pub trait Count {
    fn get(&self) -> i64;
}

#[durable_rpc]
impl Count for Counter {
    fn get(&self) -> i64 {
        self.count
    }
}

fn main() {}
