//! Values that are written as text, by the rules of the runtime's own types and with the same libraries: what passes here
//! loads there. `tests/agreement.rs` compares the two.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::DateTime;

/// The greatest whole number that JavaScript has exactly, and the greatest place in a log.
pub(crate) const MAX_SAFE: i64 = (1 << 53) - 1;

/// Milliseconds of the years 0000 to 9999.
const YEARS: std::ops::RangeInclusive<i64> = -62_167_219_200_000..=253_402_300_799_999;

/// Whether a text is a moment.
pub(crate) fn is_time(text: &str) -> bool {
    DateTime::parse_from_rfc3339(text).is_ok_and(|time| YEARS.contains(&time.timestamp_millis()))
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

/// The least and the greatest value of an integer type.
pub(crate) fn range(name: &str) -> Option<(i128, i128)> {
    Some(match name {
        "i8" => (i8::MIN.into(), i8::MAX.into()),
        "i16" => (i16::MIN.into(), i16::MAX.into()),
        "i32" => (i32::MIN.into(), i32::MAX.into()),
        "i64" => (i64::MIN.into(), i64::MAX.into()),
        "u8" => (0, u8::MAX.into()),
        "u16" => (0, u16::MAX.into()),
        "u32" => (0, u32::MAX.into()),
        "u64" => (0, u64::MAX.into()),
        "Seq" => (0, MAX_SAFE.into()),
        "Limit" => (1, 200),
        _ => return None,
    })
}

/// An integer of a type, from a number.
pub(crate) fn integer(name: &str, number: i128) -> Result<String, String> {
    match range(name) {
        Some((min, max)) if number < min || number > max => Err(format!("is {number}, which does not fit `{name}`")),
        _ => Ok(number.to_string()),
    }
}

/// An integer from its digits, in the one way in which it is written.
pub(crate) fn digits(text: &str) -> Option<i128> {
    text.parse::<i128>().ok().filter(|number| number.to_string() == text)
}
