use durably::prelude::*;

#[durable_state]
pub struct Counter {
    #[durable(default)]
    names: Map<String, u32>,
}

fn main() {}
