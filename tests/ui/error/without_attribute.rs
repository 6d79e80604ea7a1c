use durably::prelude::*;

#[derive(Debug, DurableError)]
pub enum ChatError {
    Closed,
}

fn main() {}
