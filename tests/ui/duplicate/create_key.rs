use durably::prelude::*;

durably::bindings!();

#[durable_state]
pub struct Counter {
    count: i64,
}

#[durable_rpc]
impl Counter {
    #[rpc(create, create)]
    fn open() -> Self {
        Self { count: 0 }
    }
}

fn main() {}
