//! The checked models, one for each kind of annotated item.

pub(crate) mod authorize;
pub(crate) mod config;
pub(crate) mod durable;
pub(crate) mod error;
pub(crate) mod hash;
pub mod keys;
pub(crate) mod method;
pub(crate) mod places;
pub(crate) mod route;
pub(crate) mod rpc;
pub(crate) mod signature;
pub(crate) mod state;
