use durably::prelude::*;

#[derive(Durable)]
pub union Either {
    a: u32,
    b: i32,
}

fn main() {}
