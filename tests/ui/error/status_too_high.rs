use durably::prelude::*;

#[derive(Debug, DurableError)]
pub enum ChatError {
    #[error(status = 600, "closed")]
    Closed,
}

fn main() {}
