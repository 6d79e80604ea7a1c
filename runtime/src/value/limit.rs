//! The size of a page.

use crate::limits::{PAGE_DEFAULT_ITEMS, PAGE_MAX_ITEMS};

/// The size of a page: 1 to 200, 50 by default. A query parameter of this type that is left out is 50; one out of range is
/// refused with the code `bad_arguments`.
///
/// ```
/// use durably::Limit;
///
/// assert_eq!(Limit::default().get(), 50);
/// assert_eq!(Limit::new(1000), Limit::MAX);
/// assert_eq!(Limit::new(0).get(), 1);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Limit(u32);

impl Limit {
    /// The largest page.
    pub const MAX: Self = Self(PAGE_MAX_ITEMS);

    /// A page size, brought into 1 to 200.
    pub fn new(items: u32) -> Self {
        Self(items.clamp(1, Self::MAX.0))
    }

    /// The number of items.
    pub fn get(self) -> u32 {
        self.0
    }

    /// A page size that is one already.
    pub(crate) fn checked(items: u64) -> Option<Self> {
        u32::try_from(items).ok().filter(|items| (1..=Self::MAX.0).contains(items)).map(Self)
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(PAGE_DEFAULT_ITEMS)
    }
}
