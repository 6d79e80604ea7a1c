use durably::prelude::*;

#[derive(Durable)]
pub enum Never {}

fn main() {}
