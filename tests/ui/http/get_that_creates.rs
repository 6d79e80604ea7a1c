use durably::prelude::*;

durably::bindings!();

#[durable_state]
pub struct Counter {
    count: i64,
}

#[durable_rpc(authorize = public)]
impl Counter {
    #[rpc(create, http = "GET /counters/{id}/new")]
    pub fn start() -> Self {
        Self { count: 0 }
    }
}

fn main() {}
