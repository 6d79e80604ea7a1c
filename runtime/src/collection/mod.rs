//! Collections: tables of their own, read a page at a time, written at once.

mod log;
mod map;
mod page;
mod rows;
mod table;

pub use log::Log;
pub use map::Map;
pub use page::Page;
pub(crate) use rows::{Rows, creating};
pub use table::Collection;
