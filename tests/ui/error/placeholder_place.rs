use durably::prelude::*;

#[derive(Debug, DurableError)]
pub enum ChatError {
    #[error(status = 422, "{1} characters")]
    TooLong(u32),
}

fn main() {}
