//! The reference application: the infrastructure of a live voice-to-code assistant. Conversations and sessions are
//! Durable Objects, an account is a user's index of conversations, the configuration lies in KV.

mod account;
mod auth;
mod config;
mod conversation;
mod health;
mod session;
mod user;

use durably::prelude::*;

durably::bindings!();

#[event(fetch)]
async fn fetch(request: Request, env: Env, cx: worker::Context) -> worker::Result<Response> {
    durably::serve(request, env, cx).await
}
