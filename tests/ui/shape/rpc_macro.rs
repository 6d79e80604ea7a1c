use durably::prelude::*;

durably::bindings!();

macro_rules! methods {
    () => {
        pub fn get(&self) -> i64 {
            self.count
        }
    };
}

#[durable_state]
pub struct Counter {
    count: i64,
}

#[durable_rpc]
impl Counter {
    methods!();
}

fn main() {}
