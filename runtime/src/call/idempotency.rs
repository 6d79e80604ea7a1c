//! The same key, the same answer: replies of successful calls, kept for 24 hours.
//!
//! The table's key begins with the day, so that the oldest rows are its first: they are found and removed without an
//! index, which would cost a row on every write.

use std::time::Duration;

use durably_contract::columns::idempotency::TABLE;
use serde_json::Value;

use super::args::{Args, Source};
use super::method::Method;
use crate::codec::{Json, Kind, SqlValue, canonical};
use crate::domain::CallFailure;
use crate::error::Error;
use crate::limits::{IDEMPOTENCY_KEPT_MILLIS, IDEMPOTENCY_KEY_MAX_BYTES, KEYED_CALL_MAX_MILLIS, ROW_MAX_BYTES};
use crate::storage::Store;
use crate::value::Timestamp;

const DAY: i64 = 24 * 60 * 60 * 1000;
const KEPT: Duration = Duration::from_millis(IDEMPOTENCY_KEPT_MILLIS.unsigned_abs());

/// In the place of a reply that is too long to be kept: no JSON begins so. Its size in bytes follows.
const TOO_LARGE: &str = "!too_large ";
/// Without a deadline of its own an async call with a key is ended after this time.
pub(crate) const DEADLINE: Duration = Duration::from_millis(KEYED_CALL_MAX_MILLIS);

/// An idempotency key in its scope, and the arguments it goes with.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    /// Method, caller and key, each ended by a byte that none of them has.
    scope: String,
    arguments: String,
}

impl Key {
    /// The key of a call of a method, if a key does something there. `caller` is what `authorize` established, or nothing.
    pub(crate) fn of<S: 'static>(
        method: &Method<S>,
        caller: Option<&Value>,
        key: &str,
        arguments: &Source,
    ) -> Result<Option<Self>, Error> {
        check(key)?;
        let Some(copy) = method.copy else { return Ok(None) };
        let mut args = Args::new(arguments.clone(), method.arguments);
        copy(&mut args);
        let arguments = args.digest()?;
        let caller = caller.map(digest).transpose()?.unwrap_or_default();
        Ok(Some(Self { scope: format!("{}\n{caller}\n{key}", method.name), arguments }))
    }

    /// Method, caller and key.
    pub(crate) fn scope(&self) -> &str {
        &self.scope
    }

    /// The kept answer, or the work's, which is then kept. Inside the transaction of the call.
    pub(crate) fn once(
        &self,
        store: &Store,
        now: Timestamp,
        work: impl FnOnce() -> Result<String, CallFailure>,
    ) -> Result<String, CallFailure> {
        if let Some(reply) = self.find(store, now)? {
            return Ok(reply);
        }
        let reply = work()?;
        self.keep(store, now, &reply)?;
        Ok(reply)
    }

    /// Keeps the answer of work that is done already. One that is too long for a row is not kept, but that there was one
    /// is: the same key does not do the work again.
    pub(crate) fn keep_of_done(&self, store: &Store, now: Timestamp, reply: String) -> Result<String, CallFailure> {
        let kept = store.transaction(|| match self.keep(store, now, &reply) {
            Ok(()) => Ok(Ok(reply)),
            Err(too_large @ Error::TooLarge { size, .. }) => {
                self.keep(store, now, &format!("{TOO_LARGE}{size}"))?;
                Ok(Err(too_large))
            }
            Err(error) => Err(error),
        });
        kept.and_then(|kept| kept).map_err(|error| CallFailure::from(error).done())
    }

    /// The answer kept under this key within 24 hours; other arguments are an error.
    pub(crate) fn find(&self, store: &Store, now: Timestamp) -> Result<Option<String>, CallFailure> {
        let today = day(now);
        let sql = format!(
            "SELECT \"arguments\", \"reply\", \"at\" FROM \"{TABLE}\" WHERE \"day\" IN (?, ?) AND \"scope\" = ?"
        );
        let at = [SqlValue::Integer(today), SqlValue::Integer(today - 1), SqlValue::Text(self.scope.clone())];
        for row in store.read(TABLE, &sql, &at, &[Kind::Text, Kind::Text, Kind::Integer])? {
            let [SqlValue::Text(arguments), SqlValue::Text(reply), SqlValue::Integer(kept)] = row.as_slice() else {
                return Err(Error::Unreadable { table: TABLE, column: "reply", why: "expected text".into() }.into());
            };
            if now.since(Timestamp::from_millis(*kept)) < KEPT {
                return match reply.strip_prefix(TOO_LARGE) {
                    _ if *arguments != self.arguments => Err(Error::IdempotencyMismatch.into()),
                    None => Ok(Some(reply.clone())),
                    Some(size) => Err(CallFailure::from(too_large(size.parse().unwrap_or(ROW_MAX_BYTES))).done()),
                };
            }
        }
        Ok(None)
    }

    fn keep(&self, store: &Store, now: Timestamp, reply: &str) -> Result<(), Error> {
        store.ensure(
            TABLE,
            || "CREATE TABLE IF NOT EXISTS \"durably_idempotency\" (\"day\" INTEGER NOT NULL, \"scope\" TEXT NOT NULL, \
             \"arguments\" TEXT NOT NULL, \"reply\" TEXT NOT NULL, \"at\" INTEGER NOT NULL, PRIMARY KEY (\"day\", \"scope\")) WITHOUT ROWID".into(),
        )?;
        let size = self.scope.len() + self.arguments.len() + reply.len() + 16;
        if size > ROW_MAX_BYTES {
            return Err(too_large(size));
        }
        prune(store, now)?;
        // `find` saw no row of this day and scope; the clause holds should one appear all the same.
        let sql = format!(
            "INSERT INTO \"{TABLE}\" (\"day\", \"scope\", \"arguments\", \"reply\", \"at\") VALUES (?, ?, ?, ?, ?) \
             ON CONFLICT (\"day\", \"scope\") DO UPDATE SET \"arguments\" = excluded.\"arguments\", \"reply\" = excluded.\"reply\", \"at\" = excluded.\"at\""
        );
        let row = [
            SqlValue::Integer(day(now)),
            SqlValue::Text(self.scope.clone()),
            SqlValue::Text(self.arguments.clone()),
            SqlValue::Text(reply.to_owned()),
            SqlValue::Integer(now.as_millis()),
        ];
        store.db().run(&sql, &row)
    }
}

fn too_large(size: usize) -> Error {
    Error::TooLarge { table: TABLE, column: "reply", size, max: ROW_MAX_BYTES }
}

/// Two expired rows a write keep the table from growing.
fn prune(store: &Store, now: Timestamp) -> Result<(), Error> {
    let sql =
        format!("SELECT \"day\", \"scope\" FROM \"{TABLE}\" WHERE \"day\" < ? ORDER BY \"day\", \"scope\" LIMIT 2");
    for row in store.db().rows(&sql, &[SqlValue::Integer(day(now) - 1)], &[Kind::Integer, Kind::Text])? {
        store.db().run(&format!("DELETE FROM \"{TABLE}\" WHERE \"day\" = ? AND \"scope\" = ?"), &row)?;
    }
    Ok(())
}

fn day(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(DAY)
}

/// 1–255 visible ASCII characters.
pub(crate) fn check(key: &str) -> Result<(), Error> {
    let visible = key.bytes().all(|byte| (0x21..=0x7e).contains(&byte));
    if visible && (1..=IDEMPOTENCY_KEY_MAX_BYTES).contains(&key.len()) { Ok(()) } else { Err(Error::BadIdempotencyKey) }
}

fn digest(value: &Value) -> Result<String, Error> {
    let mut json = Json::digesting();
    json.raw(&canonical(value));
    json.finish_digest()
}
