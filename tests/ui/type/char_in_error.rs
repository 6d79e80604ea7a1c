use durably::prelude::*;

#[derive(Debug, DurableError)]
pub enum ChatError {
    #[error(status = 422, "{0} is not allowed")]
    Letter(char),
}

fn main() {}
