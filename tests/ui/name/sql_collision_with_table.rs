use durably::prelude::*;

#[durable_state]
pub struct Counter {
    turns: u32,
    #[allow(non_snake_case)]
    TURNS: Log<u32>,
}

fn main() {}
