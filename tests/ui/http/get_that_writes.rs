use durably::prelude::*;

durably::bindings!();

#[durable_state]
pub struct Counter {
    count: i64,
}

#[durable_rpc(authorize = public)]
impl Counter {
    #[rpc(http = "GET /counters/{id}/next")]
    pub fn next(&mut self) -> i64 {
        self.count += 1;
        self.count
    }
}

fn main() {}
