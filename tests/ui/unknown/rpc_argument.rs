use durably::prelude::*;

durably::bindings!();

#[durable_state]
pub struct Counter {
    count: i64,
}

#[durable_rpc(authorise = public)]
impl Counter {
    pub fn get(&self) -> i64 {
        self.count
    }
}

fn main() {}
