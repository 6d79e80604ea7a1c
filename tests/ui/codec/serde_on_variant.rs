use durably::prelude::*;

#[derive(Durable, serde::Serialize)]
pub enum Role {
    #[serde(rename = "human")]
    User,
}

fn main() {}
