use durably::prelude::*;

#[durable_route("GET /healthz")]
async fn health() {}

fn main() {}
