use durably::prelude::*;

#[durable_state]
pub struct Counter
where
    i64: Copy,
{
    count: i64,
}

fn main() {}
