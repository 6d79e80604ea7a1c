use durably::prelude::*;

#[derive(Debug, DurableError)]
pub enum ChatError {
    #[error(status = 409, "closed", "shut")]
    Closed,
}

fn main() {}
