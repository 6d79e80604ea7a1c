//! Values that are written as text, by the rules of the runtime's own types and with the same libraries: what passes here
//! loads there. `tests/agreement.rs` compares the two.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::DateTime;
use durably_contract::builtin;
use durably_contract::limits::{TIMESTAMP_MAX_MILLIS, TIMESTAMP_MIN_MILLIS};

/// Whether a text is a moment.
pub(crate) fn is_time(text: &str) -> bool {
    DateTime::parse_from_rfc3339(text)
        .is_ok_and(|time| (TIMESTAMP_MIN_MILLIS..=TIMESTAMP_MAX_MILLIS).contains(&time.timestamp_millis()))
}

/// Whether a text is a UUID.
pub(crate) fn is_uuid(text: &str) -> bool {
    uuid::Uuid::parse_str(text).is_ok()
}

/// How many bytes a base64 text has.
pub(crate) fn bytes(text: &str) -> Option<usize> {
    STANDARD.decode(text).ok().map(|bytes| bytes.len())
}

/// Whether a number fits a floating type.
pub(crate) fn fits_float(name: &str, number: f64) -> bool {
    #[allow(clippy::cast_possible_truncation)] // the question is whether it survives
    match name {
        "f32" => (number as f32).is_finite(),
        _ => number.is_finite(),
    }
}

/// An integer of a type, from a number.
pub(crate) fn integer(name: &str, number: i128) -> Result<String, String> {
    match builtin::integers(name) {
        Some(range) if !range.contains(number) => Err(format!("is {number}, which does not fit `{name}`")),
        _ => Ok(number.to_string()),
    }
}

/// An integer from its digits, in the one way in which it is written.
pub(crate) fn digits(text: &str) -> Option<i128> {
    text.parse::<i128>().ok().filter(|number| number.to_string() == text)
}
