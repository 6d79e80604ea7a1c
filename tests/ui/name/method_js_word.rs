use durably::prelude::*;

durably::bindings!();

#[durable_state]
pub struct Counter {
    count: i64,
}

#[durable_rpc]
impl Counter {
    pub fn delete(&mut self) {
        self.count = 0;
    }
}

fn main() {}
