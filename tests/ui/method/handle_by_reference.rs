use durably::prelude::*;

durably::bindings!();

#[durable_state]
pub struct Counter {
    count: i64,
}

#[durable_rpc]
impl Counter {
    pub async fn get(this: &Handle<Self>) -> i64 {
        let _ = this;
        0
    }
}

fn main() {}
