//! Configuration: one JSON document under one key in KV, and this isolate's copy of it.

mod cache;
mod document;
mod line;
mod reader;

pub use cache::{ConfigEntry, change, current};
pub(crate) use cache::{Configs, load_all, ready};
pub use document::Config;
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use document::setting;
pub(crate) use line::Line;
pub use reader::{Bounds, Reader};
