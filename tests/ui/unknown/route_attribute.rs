use durably::prelude::*;

#[durable_route("GET /healthz", authorize = public, methods = 2)]
async fn health() {}

fn main() {}
