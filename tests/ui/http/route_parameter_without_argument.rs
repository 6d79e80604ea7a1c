use durably::prelude::*;

#[durable_route("GET /things/{id}", authorize = public)]
async fn thing() {}

fn main() {}
