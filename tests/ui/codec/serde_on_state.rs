use durably::prelude::*;

#[durable_state]
#[derive(serde::Serialize)]
pub struct Counter {
    count: i64,
}

fn main() {}
