//! Limits: the platform's, and durably's own below them.
//! <https://developers.cloudflare.com/durable-objects/platform/limits/>

/// The platform's limit of a row, string or blob. Cloudflare documents 2 MB; a local workerd takes more.
pub(crate) const MAX_ROW: usize = 2_000_000;

/// The platform's limit of a key, documented for key-value storage and kept here for keys of any kind.
pub(crate) const MAX_KEY: usize = 2048;

/// A message between Workers: 32 MiB, less what the platform puts around it (15 bytes were the most that was seen).
pub(crate) const MAX_MESSAGE: usize = (32 << 20) - 1024;

/// The largest body of a request: 1 MiB.
pub(crate) const MAX_BODY: usize = 1 << 20;

/// What fits in a page, keys and values as SQLite keeps them: all of it is in memory at once.
pub(crate) const MAX_PAGE: usize = 1 << 20;

/// The greatest integer that a JS number has exactly, like all that are nearer to zero: 2^53-1.
pub(crate) const MAX_EXACT: i64 = (1 << 53) - 1;
