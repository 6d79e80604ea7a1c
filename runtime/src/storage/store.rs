//! A database, and what is known of its tables.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::fmt;
use std::rc::Rc;

use crate::codec::{Column, Kind, SqlValue, Table};
use crate::error::Error;
use crate::planted::{self, Plant};
use crate::platform::Db;

/// The storage of one object, shared by its state, its collections and its handles.
#[derive(Clone)]
pub struct Store(Rc<Inner>);

struct Inner {
    db: Box<dyn Db>,
    /// Tables that were seen or made. Emptied by a rollback, which may have taken them away.
    tables: RefCell<HashSet<&'static str>>,
    /// Whether a transaction is open.
    writable: Cell<bool>,
    /// Rows that collections wrote in the open transaction.
    touched: Cell<bool>,
    /// Why the open transaction must not be kept.
    spoilt: RefCell<Option<Error>>,
    /// Whether the platform failed to keep or to undo the last transaction.
    unknown: Cell<bool>,
}

/// An open transaction. When it is left, also by a panic where panics unwind, the one around it is open again, or none.
struct Entered<'a> {
    inner: &'a Inner,
    outer: bool,
}

impl<'a> Entered<'a> {
    fn new(inner: &'a Inner) -> Self {
        let outer = inner.writable.replace(true);
        if !outer {
            inner.touched.set(false);
            inner.spoilt.take();
            inner.unknown.set(false);
        }
        Self { inner, outer }
    }

    fn keeps_rows(&self) -> bool {
        planted::is(if self.outer { Plant::SavepointKeepsRows } else { Plant::FailureKeepsRows })
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.inner.writable.set(self.outer || planted::is(Plant::WritableAfterwards));
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store")
    }
}

impl Store {
    pub(crate) fn new(db: impl Db + 'static) -> Self {
        Self(Rc::new(Inner {
            db: Box::new(db),
            tables: RefCell::default(),
            writable: Cell::new(false),
            touched: Cell::new(false),
            spoilt: RefCell::default(),
            unknown: Cell::new(false),
        }))
    }

    pub(crate) fn db(&self) -> &dyn Db {
        &*self.0.db
    }

    /// Whether both are the storage of one object in memory.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0) || planted::is(Plant::AnyStoreWillDo)
    }

    /// Runs `body` in a transaction, or in a savepoint of the open one, and undoes it if it fails.
    pub(crate) fn transaction<T, E: From<Error>>(&self, body: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let entered = Entered::new(&self.0);
        let touched = self.0.touched.get();
        let (mut body, mut outcome) = (Some(body), None);
        let ended = self.0.db.transaction(&mut || {
            outcome = body.take().map(|body| body());
            // Something in it could not be undone: it is not kept, whatever the handler made of that error.
            if let (Some(Ok(_)), Some(error)) = (&outcome, self.spoilt()) {
                outcome = Some(Err(error.into()));
            }
            matches!(outcome, Some(Ok(_))) || entered.keeps_rows()
        });
        // A statement that SQLite refused did nothing; of a commit that failed nobody knows that.
        let ended = ended.map_err(|error| if entered.outer { error } else { Error::Platform(error.to_string()) });
        if let Err(error) = &ended {
            // What the platform failed to keep or to undo is unknown, and with it all that is around it.
            self.spoil(error.clone());
            self.0.unknown.set(!entered.outer);
        }
        let outcome = match (outcome, ended) {
            (Some(Err(error)), _) => Err(error),
            (_, Err(error)) => Err(error.into()),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(Error::Platform("the platform did not run the transaction".into()).into()),
        };
        if outcome.is_err() {
            if !planted::is(Plant::TablesOutliveRollback) {
                self.0.tables.borrow_mut().clear();
            }
            if !planted::is(Plant::RollbackKeepsTouched) {
                self.0.touched.set(touched);
            }
        }
        outcome
    }

    /// Lets nothing of the open transaction be kept: memory and storage have come apart.
    pub(crate) fn spoil(&self, why: Error) {
        self.0.spoilt.borrow_mut().get_or_insert(why);
    }

    /// Whether the transaction, open or the last, was let go by [`Store::spoil`].
    pub(crate) fn is_spoilt(&self) -> bool {
        self.0.spoilt.borrow().is_some()
    }

    /// Whether nobody knows what became of the last transaction: the platform failed to keep or to undo it.
    pub(crate) fn is_unknown(&self) -> bool {
        self.0.unknown.get()
    }

    /// To be said before a call: what it is told without a transaction has nothing to do with the last one.
    pub(crate) fn forget_unknown(&self) {
        self.0.unknown.set(false);
    }

    fn spoilt(&self) -> Option<Error> {
        self.0.spoilt.borrow().clone().filter(|_| !planted::is(Plant::UnrestoredIsKept))
    }

    /// Whether a collection wrote in the open transaction.
    pub(crate) fn touched(&self) -> bool {
        self.0.touched.get()
    }

    /// Runs a write, making `table` if it isn't there.
    pub(crate) fn write(&self, table: &Table, sql: &str, parameters: &[SqlValue]) -> Result<(), Error> {
        self.prepare(table)?;
        self.0.db.run(sql, parameters)
    }

    /// Runs an insert that returns its integer key, making `table` if it isn't there.
    pub(crate) fn insert(&self, table: &Table, sql: &str, parameters: &[SqlValue]) -> Result<SqlValue, Error> {
        self.prepare(table)?;
        self.0.db.insert(sql, parameters)
    }

    /// Runs a write that returns rows, making `table` if it isn't there.
    pub(crate) fn write_rows(
        &self,
        table: &Table,
        sql: &str,
        parameters: &[SqlValue],
        kinds: &[Kind],
    ) -> Result<Vec<Vec<SqlValue>>, Error> {
        self.prepare(table)?;
        self.0.db.rows(sql, parameters, kinds)
    }

    /// Makes one of durably's own tables if it isn't there.
    pub(crate) fn ensure(&self, table: &'static str, create: impl FnOnce() -> String) -> Result<(), Error> {
        if !self.0.writable.get() {
            return Err(Error::NoTransaction { table });
        }
        self.0.touched.set(true);
        if !self.0.tables.borrow().contains(table) {
            self.0.db.run(&create(), &[])?;
            self.0.tables.borrow_mut().insert(table);
        }
        Ok(())
    }

    fn prepare(&self, table: &Table) -> Result<(), Error> {
        self.ensure(table.name, || create_table(table))
    }

    /// Reads from a table; one that was never made has no rows.
    pub(crate) fn read(
        &self,
        table: &'static str,
        sql: &str,
        parameters: &[SqlValue],
        kinds: &[Kind],
    ) -> Result<Vec<Vec<SqlValue>>, Error> {
        let rows = self.0.db.rows(sql, parameters, kinds);
        match rows {
            Ok(rows) => {
                self.0.tables.borrow_mut().insert(table);
                Ok(rows)
            }
            Err(error) if !self.0.tables.borrow().contains(table) && !self.has_table(table)? => {
                let _ = error; // the statement failed because there is nothing to read yet
                Ok(Vec::new())
            }
            Err(error) => Err(error),
        }
    }

    /// Whether the table exists, asked of SQLite's own list.
    pub(crate) fn has_table(&self, table: &str) -> Result<bool, Error> {
        let named = [SqlValue::Text(table.to_owned())];
        let found = self.0.db.rows(
            "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?",
            &named,
            &[Kind::Integer],
        )?;
        Ok(!found.is_empty())
    }
}

fn create_table(table: &Table) -> String {
    let mut columns = vec![key_definition(&table.key, table.without_rowid)];
    columns.extend(table.columns.iter().map(Column::definition));
    let rowid = if table.without_rowid { " WITHOUT ROWID" } else { "" };
    format!("CREATE TABLE IF NOT EXISTS \"{}\" ({}){rowid}", table.name, columns.join(", "))
}

fn key_definition(key: &Column, without_rowid: bool) -> String {
    // `INTEGER PRIMARY KEY` is the rowid itself: no second row is written.
    let null = if without_rowid { " NOT NULL" } else { "" };
    format!("\"{}\" {} PRIMARY KEY{null}", key.name, key.kind.declared())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A platform on which savepoints can be begun, and neither kept nor undone.
    #[derive(Default)]
    struct Stuck {
        depth: Cell<u32>,
        kept: Rc<Cell<bool>>,
    }

    impl Db for Stuck {
        fn run(&self, _: &str, _: &[SqlValue]) -> Result<(), Error> {
            Ok(())
        }
        fn rows(&self, _: &str, _: &[SqlValue], _: &[Kind]) -> Result<Vec<Vec<SqlValue>>, Error> {
            Ok(Vec::new())
        }
        fn insert(&self, _: &str, _: &[SqlValue]) -> Result<SqlValue, Error> {
            Ok(SqlValue::Null)
        }
        fn transaction(&self, body: &mut dyn FnMut() -> bool) -> Result<(), Error> {
            self.depth.set(self.depth.get() + 1);
            let keep = body();
            self.depth.set(self.depth.get() - 1);
            self.kept.set(keep);
            if self.depth.get() == 0 { Ok(()) } else { Err(Error::Platform("stuck".into())) }
        }
        fn now(&self) -> i64 {
            0
        }
        fn random(&self, _: &mut [u8]) {}
        fn object_id(&self) -> String {
            String::new()
        }
        fn object_name(&self) -> Option<String> {
            None
        }
    }

    /// A handler that swallows the error of a savepoint believes that it was undone.
    #[test]
    fn what_the_platform_could_not_undo_is_not_kept() {
        for part in [Ok(()), Err(Error::NotCreated)] {
            let kept = Rc::new(Cell::new(true));
            let store = Store::new(Stuck { kept: kept.clone(), ..Stuck::default() });
            let outcome: Result<(), Error> = store.transaction(|| {
                assert!(store.transaction(|| part.clone()).is_err());
                Ok(())
            });
            assert_eq!(outcome, Err(Error::Platform("stuck".into())));
            assert!(!kept.get() && store.is_spoilt());
            // The next transaction is as any other.
            assert_eq!(store.transaction(|| Ok::<_, Error>(1)), Ok(1));
            assert!(kept.get() && !store.is_spoilt());
        }
    }
}
