use durably::prelude::*;

#[derive(Durable)]
pub enum Role {
    #[durable(default)]
    User,
    Tool,
}

fn main() {}
