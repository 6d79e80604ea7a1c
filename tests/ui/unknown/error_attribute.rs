use durably::prelude::*;

#[derive(Debug, DurableError)]
pub enum ChatError {
    #[error(status = 409, code = "shut", "closed")]
    Closed,
}

fn main() {}
