use std::fmt;

/// The place of an item in a [`Log`](crate::Log). The first is 1; `Seq::START` is before it. A place never repeats.
///
/// In a query, a missing `Seq` is `Seq::START`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seq(u64);

impl Seq {
    /// Before the first item: what to read `after` to begin at the beginning.
    pub const START: Self = Self(0);
    /// The greatest place, 2^53-1: exact in every JS client.
    pub const MAX: Self = Self((1 << 53) - 1);

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
