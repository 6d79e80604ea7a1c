//! What an application imports: `use durably::prelude::*;`.

pub use crate::{
    Authorized, Config, Cx, Durable, DurableError, Env, Handle, HttpCaller, Limit, Log, Map, MergePatch, Page, Refusal,
    Result, RouteCx, Secret, Seq, Timestamp, Uuid, durable_route, durable_rpc, durable_state, event, kv_config,
};
pub use worker::{self, Request, Response};
