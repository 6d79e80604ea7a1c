use durably::prelude::*;

durably::bindings!();

#[durable_state]
pub struct Counter {
    count: i64,
}

#[durable_rpc]
impl Counter {
    #[rpc(create)]
    fn open(&self) -> Self {
        Self { count: self.count }
    }
}

fn main() {}
