//! Values that durably brings: times, ids, places in a log, page sizes, secrets. How they are stored and sent, the codec
//! says, as of every other type: `codec/builtin`.

mod limit;
mod merge_patch;
mod secret;
mod seq;
mod timestamp;
mod uuid;

pub use self::uuid::Uuid;
pub use limit::Limit;
pub use merge_patch::MergePatch;
pub use secret::Secret;
pub use seq::Seq;
pub use timestamp::Timestamp;
