use durably::prelude::*;

#[durable_route("GET /healthz", "GET /health", authorize = public)]
async fn health() {}

fn main() {}
