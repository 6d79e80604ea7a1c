use durably::prelude::*;

#[durable_state]
pub struct Counter<T> {
    count: T,
}

fn main() {}
