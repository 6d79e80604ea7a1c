use durably::prelude::*;

#[derive(Durable)]
pub struct Tree {
    children: Vec<Self>,
}

fn main() {}
