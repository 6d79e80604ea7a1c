use durably::prelude::*;

#[derive(Debug, DurableError)]
pub enum ChatError {
    #[error(status = 200, "closed")]
    Closed,
}

fn main() {}
