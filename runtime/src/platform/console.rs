//! The Worker's log.

/// Says what nobody else is told.
pub(crate) fn complain(what: &str) {
    worker::console_error!("durably: {what}");
}
