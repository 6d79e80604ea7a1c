//! Faults that a test switches on, one at a time, to see that it finds them. Without the feature `planted` there is none,
//! and the compiler takes out what asks for them.

/// A fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is explained by the line that asks for it")]
pub enum Plant {
    PushedForNobody,
    ExchangedUnseen,
    AnyStoreWillDo,
    SavepointKeepsMemory,
    SavepointKeepsRows,
    SavepointLosesNewRows,
    SavepointForgetsExchange,
    UnrestoredIsKept,
    FailureKeepsMemory,
    FailureKeepsRows,
    TablesOutliveRollback,
    RollbackKeepsTouched,
    TouchedUnseen,
    StaleCommit,
    ColumnForgotten,
    WritableAfterwards,
    LastRowNotAttached,
    SecondInsertIgnored,
    PageForgetsRest,
}

impl Plant {
    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::PushedForNobody,
        Self::ExchangedUnseen,
        Self::AnyStoreWillDo,
        Self::SavepointKeepsMemory,
        Self::SavepointKeepsRows,
        Self::SavepointLosesNewRows,
        Self::SavepointForgetsExchange,
        Self::UnrestoredIsKept,
        Self::FailureKeepsMemory,
        Self::FailureKeepsRows,
        Self::TablesOutliveRollback,
        Self::RollbackKeepsTouched,
        Self::TouchedUnseen,
        Self::StaleCommit,
        Self::ColumnForgotten,
        Self::WritableAfterwards,
        Self::LastRowNotAttached,
        Self::SecondInsertIgnored,
        Self::PageForgetsRest,
    ];
}

#[cfg(feature = "planted")]
mod switch {
    use std::cell::Cell;

    use super::Plant;

    thread_local! {
        static PLANTED: Cell<Option<Plant>> = const { Cell::new(None) };
    }

    /// Plants a fault in this thread's objects, or takes it out.
    pub fn plant(fault: Option<Plant>) {
        PLANTED.set(fault);
    }

    /// Whether this fault is planted.
    pub(crate) fn is(fault: Plant) -> bool {
        PLANTED.get() == Some(fault)
    }
}

#[cfg(feature = "planted")]
pub(crate) use switch::is;
#[cfg(feature = "planted")]
pub use switch::plant;

/// None is.
#[cfg(not(feature = "planted"))]
pub(crate) const fn is(_: Plant) -> bool {
    false
}
