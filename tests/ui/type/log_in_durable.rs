use durably::prelude::*;

#[derive(Durable)]
pub struct Turn {
    parts: Log<u32>,
}

fn main() {}
