use durably::prelude::*;

#[derive(Durable)]
pub struct Page<T> {
    items: Vec<T>,
}

fn main() {}
