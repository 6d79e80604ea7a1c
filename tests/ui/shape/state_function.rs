use durably::prelude::*;

#[durable_state]
pub fn counter() {}

fn main() {}
