use durably::prelude::*;

durably::bindings!();

#[durable_state]
pub struct Counter {
    count: i64,
}

#[durable_rpc]
impl Counter {
    #[rpc(http = "GET /c/{id}/at/{place}", authorize = public)]
    pub fn at(&self, place: u32) -> i64 {
        self.count + i64::from(place)
    }

    #[rpc(http = "GET /c/{id}/at/{moment}", authorize = public)]
    pub fn then_at(&self, moment: u32) -> i64 {
        self.count + i64::from(moment)
    }
}

fn main() {}
