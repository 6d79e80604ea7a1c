//! SQLite on the host, with the limits of the platform: what tests run objects on.

use std::cell::Cell;
use std::rc::Rc;

use rusqlite::limits::Limit;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, Row, Statement, ToSql};

use super::Db;
use crate::codec::{Kind, SqlValue, is_exact};
use crate::error::Error;
use crate::limits::{
    FUNCTION_MAX_ARGUMENTS, JS_MAX_SAFE_INTEGER, LIKE_PATTERN_MAX_BYTES, ROW_MAX_BYTES, STATEMENT_MAX_BYTES,
    STATEMENT_MAX_PARAMETERS, TABLE_MAX_COLUMNS,
};

/// The database of one object. It outlives the object's instances in memory, as the platform's does: clones are the same
/// database.
#[derive(Debug, Clone)]
pub struct Database(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    connection: Connection,
    id: String,
    name: Option<String>,
    /// How many transactions are open, one in another.
    depth: Cell<usize>,
    now: Cell<i64>,
    refuse: Cell<bool>,
    refuse_commit: Cell<Option<Committed>>,
}

/// What a test lets become of a commit that is told to have failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed {
    /// All the same it was done.
    Kept,
    /// It was not.
    Lost,
}

/// What JS has no number for crosses as text.
const EXACT: std::ops::RangeInclusive<i64> = -JS_MAX_SAFE_INTEGER..=JS_MAX_SAFE_INTEGER;

/// Statements that the platform keeps for itself.
/// <https://developers.cloudflare.com/durable-objects/api/sqlite-storage-api/>
const RESERVED: [&str; 10] =
    ["BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE", "ATTACH", "DETACH", "VACUUM", "PRAGMA"];

impl Database {
    /// An empty one in memory.
    pub fn new(id: impl Into<String>, name: Option<String>) -> Result<Self, Error> {
        let connection = Connection::open_in_memory().map_err(|error| refused("open", &error))?;
        limit(&connection).map_err(|error| refused("limit", &error))?;
        connection.set_prepared_statement_cache_capacity(256);
        let (depth, now, refuse) = (Cell::new(0), Cell::new(1_764_000_000_000), Cell::new(false));
        let refuse_commit = Cell::new(None);
        Ok(Self(Rc::new(Inner { connection, id: id.into(), name, depth, now, refuse, refuse_commit })))
    }

    /// Moves the clock, which stands still otherwise, as the platform's does within a call.
    pub fn set_now(&self, millis: i64) {
        self.0.now.set(millis);
    }

    /// Whether the next statement that would change something is refused.
    pub fn refuse(&self, refuse: bool) {
        self.0.refuse.set(refuse);
    }

    /// Lets the next transaction that is to be kept fail at that.
    pub fn refuse_commit(&self, committed: Committed) {
        self.0.refuse_commit.set(Some(committed));
    }

    /// The connection, to look into what is stored, or to change it behind durably's back.
    pub fn connection(&self) -> &Connection {
        &self.0.connection
    }

    fn prepared<T>(
        &self,
        sql: &str,
        parameters: &[SqlValue],
        run: impl FnOnce(&mut Statement<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        let word = sql.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
        if RESERVED.contains(&word.as_str()) {
            let why = format!("not authorized: {word} is the platform's");
            return Err(Error::Sql { statement: sql.to_owned(), why });
        }
        let failed = |error: rusqlite::Error| refused(sql, &error);
        let mut statement = self.0.connection.prepare_cached(sql).map_err(failed)?;
        if !statement.readonly() && self.0.refuse.take() {
            return Err(Error::Sql { statement: sql.to_owned(), why: "refused, as the test asked".into() });
        }
        for (place, parameter) in parameters.iter().enumerate() {
            statement.raw_bind_parameter(place + 1, parameter).map_err(failed)?;
        }
        run(&mut statement).map_err(failed)
    }
}

impl Db for Database {
    fn run(&self, sql: &str, parameters: &[SqlValue]) -> Result<(), Error> {
        self.prepared(sql, parameters, |statement| {
            let mut rows = statement.raw_query();
            while rows.next()?.is_some() {}
            Ok(())
        })
    }

    fn rows(&self, sql: &str, parameters: &[SqlValue], kinds: &[Kind]) -> Result<Vec<Vec<SqlValue>>, Error> {
        self.prepared(sql, parameters, |statement| {
            let mut found = Vec::new();
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next()? {
                found.push(kinds.iter().enumerate().map(|(place, kind)| read(row, place, *kind)).collect());
            }
            Ok(found)
        })?
        .into_iter()
        .collect()
    }

    fn insert(&self, sql: &str, parameters: &[SqlValue]) -> Result<SqlValue, Error> {
        let rows = self.rows(sql, parameters, &[Kind::Integer])?;
        let key = rows.into_iter().flatten().next();
        key.ok_or_else(|| Error::Platform(format!("`{sql}` gave no key")))
    }

    fn transaction(&self, body: &mut dyn FnMut() -> bool) -> Result<(), Error> {
        let open = Open::begin(self)?;
        let keep = body();
        open.end(keep)
    }

    fn now(&self) -> i64 {
        self.0.now.get()
    }

    fn random(&self, bytes: &mut [u8]) {
        let sql = format!("SELECT randomblob({})", bytes.len());
        // SQLite's own generator, which the system seeds. What is not random must never pass for it: the test ends.
        #[allow(clippy::expect_used, reason = "a statement without a table that fails is a broken SQLite")]
        let random: Vec<u8> = self.0.connection.query_row(&sql, [], |row| row.get(0)).expect("SQLite gives bytes");
        bytes.copy_from_slice(&random);
    }

    fn object_id(&self) -> String {
        self.0.id.clone()
    }

    fn object_name(&self) -> Option<String> {
        self.0.name.clone()
    }
}

/// A transaction or savepoint that is open. One that is dropped, because of a panic, is undone.
struct Open<'a> {
    inner: &'a Inner,
    ended: bool,
}

impl<'a> Open<'a> {
    fn begin(database: &'a Database) -> Result<Self, Error> {
        let inner = &*database.0;
        execute(inner, "SAVEPOINT")?;
        inner.depth.set(inner.depth.get() + 1);
        Ok(Self { inner, ended: false })
    }

    fn end(mut self, keep: bool) -> Result<(), Error> {
        self.ended = true;
        self.inner.depth.set(self.inner.depth.get() - 1);
        let outermost = self.inner.depth.get() == 0;
        let refused = if keep && outermost { self.inner.refuse_commit.take() } else { None };
        if !keep || refused == Some(Committed::Lost) {
            execute(self.inner, "ROLLBACK TO")?;
        }
        execute(self.inner, "RELEASE")?;
        match refused {
            None => Ok(()),
            // As workerd's `transactionSync` throws it.
            Some(_) => Err(Error::Sql { statement: "COMMIT".into(), why: "it failed, as the test asked".into() }),
        }
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.inner.depth.set(self.inner.depth.get() - 1);
            // Nobody is left to be told; the next statement fails if this did.
            let _ = execute(self.inner, "ROLLBACK TO").and_then(|()| execute(self.inner, "RELEASE"));
        }
    }
}

/// `verb` for the savepoint of the depth that there is.
fn execute(inner: &Inner, verb: &str) -> Result<(), Error> {
    let sql = format!("{verb} durably_{}", inner.depth.get());
    inner.connection.execute_batch(&sql).map_err(|error| refused(&sql, &error))
}

/// The limits of the platform. Of a row the local workerd takes a tenth more than is documented; durably refuses that itself.
fn limit(connection: &Connection) -> rusqlite::Result<()> {
    let limits = [
        (Limit::SQLITE_LIMIT_LENGTH, ROW_MAX_BYTES / 10 * 11),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, STATEMENT_MAX_BYTES),
        (Limit::SQLITE_LIMIT_COLUMN, TABLE_MAX_COLUMNS),
        (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, STATEMENT_MAX_PARAMETERS),
        (Limit::SQLITE_LIMIT_FUNCTION_ARG, FUNCTION_MAX_ARGUMENTS),
        (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, LIKE_PATTERN_MAX_BYTES),
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
    ];
    limits
        .into_iter()
        .try_for_each(|(limit, most)| connection.set_limit(limit, i32::try_from(most).unwrap_or(i32::MAX)).map(drop))
}

impl ToSql for SqlValue {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Value::Null),
            Self::Integer(value) if EXACT.contains(value) => ToSqlOutput::Owned(Value::Integer(*value)),
            Self::Integer(value) => ToSqlOutput::Owned(Value::Text(value.to_string())),
            Self::Real(value) => ToSqlOutput::Owned(Value::Real(*value)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Blob(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}

/// A value as JS would have it: numbers are floats, and what is whole and exact is an integer where one is expected.
fn read(row: &Row<'_>, place: usize, kind: Kind) -> Result<SqlValue, Error> {
    let value = row.get_ref(place).map_err(|error| Error::Platform(format!("SQLite gave too few columns: {error}")))?;
    let integral = matches!(kind, Kind::Integer | Kind::Wide);
    Ok(match value {
        ValueRef::Null => SqlValue::Null,
        ValueRef::Integer(value) if integral && EXACT.contains(&value) => SqlValue::Integer(value),
        #[expect(clippy::cast_precision_loss, reason = "as in JS")]
        ValueRef::Integer(value) => SqlValue::Real(value as f64),
        #[expect(clippy::cast_possible_truncation, reason = "whole, and within ±2^53")]
        ValueRef::Real(value) if integral && is_exact(value) => SqlValue::Integer(value as i64),
        ValueRef::Real(value) => SqlValue::Real(value),
        ValueRef::Blob(bytes) => SqlValue::Blob(bytes.to_owned()),
        ValueRef::Text(text) => {
            let text = String::from_utf8_lossy(text).into_owned();
            match (kind, text.parse()) {
                (Kind::Wide, Ok(wide)) => SqlValue::Integer(wide),
                _ => SqlValue::Text(text),
            }
        }
    })
}

fn refused(sql: &str, error: &rusqlite::Error) -> Error {
    Error::Sql { statement: sql.to_owned(), why: error.to_string() }
}
