use durably::prelude::*;

#[durable_route(authorize = public)]
async fn health() {}

fn main() {}
