//! Workers on the real workerd, for tests: build once, serve, call over HTTP, restart, kill, and look into the SQLite files.
//!
//! ```no_run
//! use durably_workerd_tests::{App, Options};
//! use serde_json::json;
//!
//! let mut server = App::reference().serve(Options::default());
//! server.get("/healthz").send().is(200);
//! server.post("/v1/sessions").bearer("issuer").json(&json!({ "user": "ada" })).send().is(201);
//! server.kill9();
//! println!("{}", server.dump("Session", &server.ids("Session")[0]));
//! ```
//!
//! A server ends when it is dropped and when the test's process ends, in whatever way.
#![allow(
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::return_self_not_must_use,
    reason = "these are the hands of tests: what goes wrong here fails the test, with what is known of it"
)]

mod app;
pub mod chat;
mod dump;
pub mod fixture;
mod http;
mod kv;
pub mod ledger;
mod server;
mod supervisor;

pub use app::App;
pub use dump::{Dump, hex};
pub use http::{Answer, Request};
pub use rusqlite;
pub use server::{Options, Server};
