use durably::prelude::*;

durably::bindings!();

#[durable_state]
pub struct Counter {
    count: i64,
}

#[durable_rpc]
impl Counter {
    #[rpc(http = "GET /c/{id}", authorize = public, status = 205)]
    pub fn get(&self) -> i64 {
        self.count
    }
}

fn main() {}
