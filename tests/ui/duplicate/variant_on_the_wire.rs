use durably::prelude::*;

#[derive(Durable)]
pub enum Role {
    HTTPDoor,
    HttpDoor,
}

fn main() {}
