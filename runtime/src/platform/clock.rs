//! The time now. Within a call the platform's clock stands still.

use crate::value::Timestamp;

/// Milliseconds since 1970.
pub(crate) fn millis() -> f64 {
    js_sys::Date::now()
}

/// The time now.
#[expect(clippy::cast_possible_truncation, reason = "whole milliseconds, far below 2^53")]
pub(crate) fn now() -> Timestamp {
    Timestamp::from_millis(millis() as i64)
}
