use durably::prelude::*;

#[derive(Debug, DurableError)]
pub enum ChatError {
    #[error(status = 422, "{length characters")]
    TooLong { length: u32 },
}

fn main() {}
