use durably::prelude::*;

#[derive(Durable)]
pub struct Turn(#[durable(json)] Vec<u8>);

fn main() {}
