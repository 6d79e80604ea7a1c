use durably::prelude::*;

#[durable_route("GET /healthz", authorize = public)]
async fn health<T>() {}

fn main() {}
