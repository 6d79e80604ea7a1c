//! A place in a log.

use std::fmt;

use crate::limits::JS_MAX_SAFE_INTEGER;

/// The place of an item in a [`Log`](crate::Log): 1 for the first, up to 2^53-1, which every JavaScript client reads
/// exactly. [`Seq::START`] is before the first.
///
/// In JSON a number, in SQL an INTEGER. A query parameter of this type that is left out is `Seq::START`.
///
/// ```
/// use durably::Seq;
///
/// assert!(Seq::START < Seq::new(1));
/// assert_eq!(Seq::new(7).get(), 7);
/// assert_eq!(Seq::new(u64::MAX), Seq::MAX);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seq(u64);

impl Seq {
    /// Before the first item: what to read `after` to begin at the beginning.
    pub const START: Self = Self(0);
    /// The greatest place, 2^53-1: exact in every JS client.
    pub const MAX: Self = Self(JS_MAX_SAFE_INTEGER.cast_unsigned());

    /// The place as a number; numbers above [`Seq::MAX`] give it.
    pub fn new(place: u64) -> Self {
        Self(place.min(Self::MAX.0))
    }

    /// The number of the place.
    pub fn get(self) -> u64 {
        self.0
    }

    /// A number that is a place already.
    pub(crate) fn checked(place: u64) -> Option<Self> {
        (place <= Self::MAX.0).then_some(Self(place))
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
