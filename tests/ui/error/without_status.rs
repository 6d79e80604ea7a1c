use durably::prelude::*;

#[derive(Debug, DurableError)]
pub enum ChatError {
    #[error("closed")]
    Closed,
}

fn main() {}
