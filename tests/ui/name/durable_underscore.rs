use durably::prelude::*;

#[derive(Durable)]
pub struct Turn {
    _seq: u64,
}

fn main() {}
