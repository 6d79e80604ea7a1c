use durably::prelude::*;

#[derive(Durable)]
pub struct Turn {
    text: String,
    #[allow(non_snake_case)]
    TEXT: String,
}

fn main() {}
