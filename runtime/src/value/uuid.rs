//! An id.

use std::fmt;

/// A UUID: text with dashes in JSON and SQL. [`Cx::new_id`](crate::Cx::new_id) makes them in version 7 (RFC 9562), which
/// sort by the time at which they were made.
///
/// ```
/// use durably::Uuid;
///
/// let id = Uuid::parse("0190a3c4-7e2f-7b1a-8c3d-4e5f60718293").unwrap();
/// assert_eq!(id.to_string(), "0190a3c4-7e2f-7b1a-8c3d-4e5f60718293");
/// assert!(Uuid::parse("not one").is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid(::uuid::Uuid);

impl Uuid {
    /// Version 7 (RFC 9562): milliseconds since 1970 and 10 random bytes.
    pub(crate) fn v7(millis: u64, random: &[u8; 10]) -> Self {
        Self(::uuid::Builder::from_unix_timestamp_millis(millis, random).into_uuid())
    }

    /// From text, with or without dashes.
    ///
    /// # Errors
    /// The text is no UUID.
    pub fn parse(text: &str) -> Result<Self, String> {
        ::uuid::Uuid::parse_str(text).map(Self).map_err(|error| error.to_string())
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
