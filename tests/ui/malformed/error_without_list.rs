use durably::prelude::*;

#[derive(Debug, DurableError)]
pub enum ChatError {
    #[error]
    Closed,
}

fn main() {}
