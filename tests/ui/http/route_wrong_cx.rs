use durably::prelude::*;

#[durable_route("GET /healthz", authorize = public)]
async fn health(cx: &Cx) {
    let _ = cx;
}

fn main() {}
