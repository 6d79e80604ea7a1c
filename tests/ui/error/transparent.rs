use durably::prelude::*;

#[derive(Debug, DurableError)]
pub enum ChatError {
    #[error(transparent)]
    Inner(String),
}

fn main() {}
