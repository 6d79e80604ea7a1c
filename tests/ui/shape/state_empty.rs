use durably::prelude::*;

#[durable_state]
pub struct Counter {}

fn main() {}
