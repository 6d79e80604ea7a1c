use durably::prelude::*;

#[durable_state]
pub enum Counter {
    Up,
    Down,
}

fn main() {}
