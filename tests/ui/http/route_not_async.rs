use durably::prelude::*;

#[durable_route("GET /healthz", authorize = public)]
fn health() {}

fn main() {}
