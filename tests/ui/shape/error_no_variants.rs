use durably::prelude::*;

#[derive(Debug, DurableError)]
pub enum ChatError {}

fn main() {}
