use durably::prelude::*;

#[derive(Debug, DurableError)]
pub struct Closed;

fn main() {}
