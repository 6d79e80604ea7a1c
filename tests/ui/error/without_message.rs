use durably::prelude::*;

#[derive(Debug, DurableError)]
pub enum ChatError {
    #[error(status = 409)]
    Closed,
}

fn main() {}
