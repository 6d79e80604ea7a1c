use durably::prelude::*;

#[derive(Durable, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Turn {
    text: String,
}

fn main() {}
