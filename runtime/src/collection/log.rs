//! A log: items in the order of their arrival.

use std::marker::PhantomData;

use super::page::{Page, Part};
use super::rows::{Rows, wait};
use super::table::{Collection, decode_item, encode_item, kinds, named, selected, table_of};
use crate::codec::fingerprint::builtin;
use crate::codec::{Column, Declared, Durable, Kind, SqlValue, Table};
use crate::error::Error;
use crate::storage::Store;
use crate::value::{Limit, Seq};

/// Items in the order of their arrival, each a row, its place a [`Seq`] that never repeats. Nothing is held in memory:
/// only what is asked for is read.
///
/// A push writes one row.
///
/// ```ignore
/// let seq = self.turns.push(Turn { role: Role::User, text })?;
/// let page = self.turns.page(Seq::START, Limit::default())?;
/// ```
#[derive(Debug)]
pub struct Log<T> {
    rows: Rows,
    item: PhantomData<T>,
}

impl<T> Default for Log<T> {
    fn default() -> Self {
        Self { rows: Rows::default(), item: PhantomData }
    }
}

const KEY: Column = Column { name: "_seq", kind: Kind::Integer, nullable: false };

impl<T: Durable> Log<T> {
    /// An empty log, for the fields of an object that is being created.
    pub fn new() -> Self {
        Self::default()
    }

    /// The log's table under a field's name.
    pub const fn table(name: &'static str) -> Table {
        table_of(name, KEY, T::COLUMNS, false)
    }

    /// Appends an item and returns its place. Writes one row, now; the transaction of the handler keeps or undoes it.
    #[expect(clippy::needless_pass_by_value, reason = "an item that was pushed is the log's, as with `Vec`")]
    pub fn push(&mut self, item: T) -> Result<Seq, Error> {
        match &mut self.rows {
            Rows::Pending(rows) => {
                wait(rows, encode_item("a new log", &item)?)?;
                Ok(Seq::new(rows.len() as u64))
            }
            Rows::Stored(store, name) => insert::<T>(store, name, &encode_item(name, &item)?),
        }
    }

    /// The item at a place.
    pub fn get(&self, seq: Seq) -> Result<Option<T>, Error> {
        let rows = self.select("WHERE \"_seq\" = ?", &[seq.sql()])?;
        Ok(rows.into_iter().next().map(|(_, item)| item))
    }

    /// The items after a place, oldest first: at most `limit`, and as many as fit in a [`Page`].
    pub fn page(&self, after: Seq, limit: Limit) -> Result<Page<T>, Error> {
        self.part(false)?.page(Some(after.sql()), limit.get())
    }

    /// The items before a place, or the last of all, newest first: at most `limit`, and as many as fit in a [`Page`].
    pub fn page_back(&self, before: Option<Seq>, limit: Limit) -> Result<Page<T>, Error> {
        self.part(true)?.page(before.map(Seq::sql), limit.get())
    }

    /// The last `count` items, or of them as many as fit in a [`Page`], oldest first. What is before them begins at `next`:
    /// [`Log::page_back`] takes it as `before`.
    pub fn last(&self, count: u32) -> Result<Page<T>, Error> {
        let mut page = self.part(true)?.page(None, count)?;
        page.items.reverse();
        Ok(page)
    }

    fn part(&self, back: bool) -> Result<Part<'_>, Error> {
        let (store, name) = self.rows.table()?;
        Ok(Part { store, name, key: KEY, columns: T::COLUMNS, back })
    }

    /// The last item with its place; `None` if there is none. Reads one row.
    pub fn latest(&self) -> Result<Option<(Seq, T)>, Error> {
        Ok(self.select("ORDER BY \"_seq\" DESC LIMIT 1", &[])?.into_iter().next())
    }

    /// The place of the last item; `None` if there is none. Reads one row.
    pub fn last_seq(&self) -> Result<Option<Seq>, Error> {
        let (store, name) = self.rows.table()?;
        let rows = store.read(
            name,
            &format!("SELECT \"_seq\" FROM \"{name}\" ORDER BY \"_seq\" DESC LIMIT 1"),
            &[],
            &[Kind::Integer],
        )?;
        rows.into_iter().flatten().next().map(|seq| read_seq(name, seq)).transpose()
    }

    /// How many items there are. Reads every row: for logs from which nothing is ever removed, the number of
    /// [`Log::last_seq`] is the same and costs one.
    pub fn count(&self) -> Result<u64, Error> {
        let (store, name) = self.rows.table()?;
        let rows = store.read(name, &format!("SELECT count(*) FROM \"{name}\""), &[], &[Kind::Integer])?;
        match rows.into_iter().flatten().next() {
            None => Ok(0),
            Some(count) => read_seq(name, count).map(Seq::get),
        }
    }

    fn select(&self, rest: &str, parameters: &[SqlValue]) -> Result<Vec<(Seq, T)>, Error> {
        let (store, name) = self.rows.table()?;
        let sql = format!("SELECT \"_seq\", {} FROM \"{name}\" {rest}", selected(T::COLUMNS));
        let rows = store.read(name, &sql, parameters, &kinds(Kind::Integer, T::COLUMNS))?;
        rows.into_iter()
            .map(|mut row| {
                let seq = read_seq(name, row.remove(0))?;
                Ok((seq, decode_item(name, row)?))
            })
            .collect()
    }
}

fn read_seq(table: &'static str, value: SqlValue) -> Result<Seq, Error> {
    Seq::from_sql(value).map_err(|why| Error::Unreadable { table, column: "_seq", why })
}

fn insert<T: Durable>(store: &Store, name: &'static str, row: &[SqlValue]) -> Result<Seq, Error> {
    let marks = vec!["?"; row.len()].join(", ");
    // Without a key SQLite takes the greatest and adds one.
    let sql = format!("INSERT INTO \"{name}\" ({}) VALUES ({marks}) RETURNING \"_seq\"", named(T::COLUMNS));
    read_seq(name, store.insert(&Log::<T>::table(name), &sql, row)?)
}

impl<T: Durable> Declared for Log<T> {
    const DECL: u64 = builtin("Log", &[T::DECL]);
}

impl<T: Durable> Collection for Log<T> {
    fn stored(store: &Store, name: &'static str) -> Self {
        Self { rows: Rows::stored_as(store, name), item: PhantomData }
    }

    fn rows(&mut self) -> &mut Rows {
        &mut self.rows
    }

    fn put(&self, store: &Store, name: &'static str, row: &[SqlValue]) -> Result<(), Error> {
        insert::<T>(store, name, row).map(drop)
    }
}
