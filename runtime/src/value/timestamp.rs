//! A moment.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};

use crate::limits::{TIMESTAMP_MAX_MILLIS, TIMESTAMP_MIN_MILLIS};

/// A moment, in milliseconds since 1970-01-01T00:00:00Z. In SQL an INTEGER of milliseconds; in JSON RFC 3339 in UTC with
/// milliseconds, `2026-11-22T18:57:41.000Z`.
///
/// ```
/// use durably::Timestamp;
/// use std::time::Duration;
///
/// let at = Timestamp::from_millis(1_000) + Duration::from_secs(60);
/// assert_eq!(at.as_millis(), 61_000);
/// assert_eq!(at.to_string(), "1970-01-01T00:01:01.000Z");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Years 0000 to 9999, which RFC 3339 can write.
const RANGE: std::ops::RangeInclusive<i64> = TIMESTAMP_MIN_MILLIS..=TIMESTAMP_MAX_MILLIS;

impl Timestamp {
    /// From milliseconds since 1970, kept within the years 0000 to 9999.
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.clamp(*RANGE.start(), *RANGE.end()))
    }

    /// Milliseconds since 1970 that RFC 3339 can write.
    pub(crate) fn checked(millis: i64) -> Option<Self> {
        RANGE.contains(&millis).then_some(Self(millis))
    }

    /// From RFC 3339, in whatever zone.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::checked(DateTime::parse_from_rfc3339(text).ok()?.timestamp_millis())
    }

    /// Milliseconds since 1970.
    pub fn as_millis(self) -> i64 {
        self.0
    }

    /// The time from `earlier` to this moment, zero if `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl std::ops::Add<Duration> for Timestamp {
    type Output = Self;
    fn add(self, duration: Duration) -> Self {
        Self::from_millis(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl std::ops::Sub<Duration> for Timestamp {
    type Output = Self;
    fn sub(self, duration: Duration) -> Self {
        Self::from_millis(self.0.saturating_sub(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match DateTime::<Utc>::from_timestamp_millis(self.0) {
            Some(time) => f.write_str(&time.to_rfc3339_opts(SecondsFormat::Millis, true)),
            None => write!(f, "{} ms", self.0),
        }
    }
}
