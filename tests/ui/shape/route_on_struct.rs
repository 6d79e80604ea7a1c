use durably::prelude::*;

#[durable_route("GET /healthz", authorize = public)]
pub struct Health;

fn main() {}
