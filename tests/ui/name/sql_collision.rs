use durably::prelude::*;

#[durable_state]
pub struct Counter {
    title: String,
    #[allow(non_snake_case)]
    Title: String,
}

fn main() {}
