use durably::prelude::*;

#[derive(Durable, serde::Serialize)]
pub struct Turn {
    #[serde(rename = "body")]
    text: String,
}

fn main() {}
