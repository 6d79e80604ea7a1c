use durably::prelude::*;

#[durable_state]
pub struct Counter {
    field: Vec<isize>,
}

fn main() {}
