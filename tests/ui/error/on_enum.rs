use durably::prelude::*;

#[derive(Debug, DurableError)]
#[error(status = 409, "closed")]
pub enum ChatError {
    #[error(status = 409, "closed")]
    Closed,
}

fn main() {}
