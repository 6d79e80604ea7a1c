use durably::prelude::*;

#[derive(Durable)]
pub enum Role {
    Numbered(usize),
}

fn main() {}
