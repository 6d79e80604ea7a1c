use durably::prelude::*;

#[durable_state]
pub struct Counter {
    count: i64,
    #[cfg(test)]
    probe: i64,
}

fn main() {}
