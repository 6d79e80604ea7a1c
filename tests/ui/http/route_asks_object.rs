use durably::prelude::*;

#[durable_route("GET /healthz", authorize = (caller, object))]
async fn health() {}

fn main() {}
