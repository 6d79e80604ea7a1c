use durably::prelude::*;

durably::bindings!();

#[durable_state]
pub struct Counter {
    count: i64,
}

#[durable_rpc]
impl Counter {
    pub fn get(&self) -> Result<i64, Box<dyn std::error::Error>> {
        Ok(self.count)
    }
}

fn main() {}
