use durably::prelude::*;

#[derive(Debug, DurableError)]
pub enum ChatError {
    #[error(status = 409, "a")]
    HTTPDoor,
    #[error(status = 409, "b")]
    HttpDoor,
}

fn main() {}
