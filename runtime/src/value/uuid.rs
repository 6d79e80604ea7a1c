use std::fmt;

/// A UUID; text with dashes in SQL and JSON. [`Cx::new_id`](crate::Cx::new_id) makes them, of version 7: they sort by time.
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
