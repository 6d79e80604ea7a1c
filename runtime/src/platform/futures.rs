//! Futures on the one thread of an isolate.

use std::pin::Pin;

/// A future on the one thread of an isolate.
pub type LocalFuture<T> = Pin<Box<dyn Future<Output = T>>>;
