//! HTTP: one table of routes, declared where the methods are.

mod body;
mod caller;
mod path;
mod problem;
mod route;
mod serve;

pub use caller::HttpCaller;
pub use route::{Access, Registry, Route, RouteCx, Target, admit, begun};
pub use serve::{answered, fetch, serve};
