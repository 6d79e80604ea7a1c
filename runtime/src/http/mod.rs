//! HTTP: one table of routes, declared where the methods are.

pub(crate) mod body;
pub(crate) mod caller;
pub(crate) mod path;
pub(crate) mod problem;
pub(crate) mod route;
pub(crate) mod serve;

pub use caller::HttpCaller;
pub use route::{Access, Route, RouteCx, Target};
pub use serve::{answered, fetch, serve};
