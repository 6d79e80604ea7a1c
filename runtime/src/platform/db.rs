//! What the runtime needs of an object's database. Rows are handed over whole: no cursor escapes, since an open one breaks
//! rollbacks, and a write cursor that was not drained breaks the object.

use crate::codec::{Kind, SqlValue};
use crate::error::Error;

/// A SQLite database with transactions, a clock and a source of randomness.
pub(crate) trait Db {
    /// Runs a statement that returns no rows.
    fn run(&self, sql: &str, parameters: &[SqlValue]) -> Result<(), Error>;

    /// Runs a statement and returns all its rows; `kinds` says how to read the columns.
    fn rows(&self, sql: &str, parameters: &[SqlValue], kinds: &[Kind]) -> Result<Vec<Vec<SqlValue>>, Error>;

    /// Runs an `INSERT … RETURNING` of one row's integer key, which is less than 2^53.
    fn insert(&self, sql: &str, parameters: &[SqlValue]) -> Result<SqlValue, Error>;

    /// Runs `body` as one transaction, or as a savepoint inside one: kept if it returns true, rolled back if false.
    fn transaction(&self, body: &mut dyn FnMut() -> bool) -> Result<(), Error>;

    /// Milliseconds since 1970.
    fn now(&self) -> i64;

    /// Fills `bytes` from a cryptographically secure source.
    fn random(&self, bytes: &mut [u8]);

    /// The object's id, 64 hexadecimal digits.
    fn object_id(&self) -> String;

    /// The name that the object was addressed by, if it was.
    fn object_name(&self) -> Option<String>;
}
