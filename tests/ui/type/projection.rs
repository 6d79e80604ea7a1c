use durably::prelude::*;

#[durable_state]
pub struct Counter {
    field: <u32 as std::ops::Add>::Output,
}

fn main() {}
