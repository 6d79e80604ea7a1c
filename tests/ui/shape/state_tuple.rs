use durably::prelude::*;

#[durable_state]
pub struct Counter(i64);

fn main() {}
