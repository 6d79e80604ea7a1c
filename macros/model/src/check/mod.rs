//! The rules, a file a kind. Each collects what is wrong and goes on.

pub(crate) mod bounds;
pub(crate) mod names;
pub(crate) mod overlap;
pub(crate) mod routes;
pub(crate) mod rules;
