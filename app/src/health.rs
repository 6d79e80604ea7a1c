//! Whether the Worker runs, and where.

use durably::prelude::*;

/// What `GET /healthz` answers.
#[derive(Debug, Durable)]
pub struct Health {
    status: String,
    environment: String,
}

#[durable_route("GET /healthz", authorize = public)]
async fn healthz(cx: &RouteCx) -> Health {
    Health { status: "ok".into(), environment: cx.env().var("ENVIRONMENT").unwrap_or_else(|| "unknown".into()) }
}
