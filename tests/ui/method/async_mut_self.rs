use durably::prelude::*;

durably::bindings!();

#[durable_state]
pub struct Counter {
    count: i64,
}

#[durable_rpc]
impl Counter {
    pub async fn get(&mut self) -> i64 {
        self.count
    }
}

fn main() {}
