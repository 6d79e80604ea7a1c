use durably::prelude::*;

durably::bindings!();

#[durable_state]
pub struct Counter {
    count: i64,
}

#[durable_rpc]
impl Counter {
    #[rpc(create)]
    fn open() -> Self {
        Self { count: 0 }
    }

    #[rpc(create)]
    fn reopen(count: i64) -> Self {
        Self { count }
    }
}

fn main() {}
