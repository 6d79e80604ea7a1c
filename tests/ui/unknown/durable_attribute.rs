use durably::prelude::*;

#[derive(Durable)]
pub struct Turn {
    #[durable(unique)]
    text: String,
}

fn main() {}
