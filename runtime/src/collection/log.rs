//! A log: items in the order of their arrival.

use std::marker::PhantomData;

use super::page::{Page, Part};
use super::rows::{Rows, wait};
use super::table::{Collection, decode_item, encode_item, kinds, named, selected, table_of};
use crate::codec::{Column, Declared, Durable, Kind, SqlValue, Table};
use crate::error::Error;
use crate::storage::Store;
use crate::value::{Limit, Seq};
use durably_contract::columns::log::SEQ;
use durably_contract::decl::builtin;

/// A table of items in the order in which they were pushed. Each item is a row; its place, a [`Seq`], is never given twice.
///
/// A log is a field of a `#[durable_state]` struct and holds nothing in memory: every method reads or writes the rows it
/// names. An item that is a struct has a column for each field, any other item has one column, `value`.
///
/// | method | rows written | rows read |
/// |---|---|---|
/// | [`push`](Log::push) | 1 | 0 |
/// | [`get`](Log::get), [`latest`](Log::latest), [`last_seq`](Log::last_seq) | 0 | 1 |
/// | [`page`](Log::page), [`page_back`](Log::page_back), [`last`](Log::last) | 0 | those of the page and one more |
/// | [`count`](Log::count) | 0 | all |
///
/// ```rust
/// use durably::prelude::*;
///
/// #[durable_state]
/// pub struct Diary { entries: Log<DiaryEntry> }
///
/// #[derive(Clone, Debug, Durable)]
/// pub struct DiaryEntry { text: String, at: Timestamp }
///
/// #[durable_rpc]
/// impl Diary {
///     pub fn write(&mut self, cx: &Cx, text: String) -> Result<Seq> {
///         Ok(self.entries.push(DiaryEntry { text, at: cx.now() })?)
///     }
///
///     pub fn newest(&self) -> Result<Option<String>> {
///         Ok(self.entries.latest()?.map(|(_, entry)| entry.text))
///     }
/// }
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

const PLACE: &str = SEQ.name;
const KEY: Column = Column { name: SEQ.name, kind: SEQ.kind, nullable: false };

impl<T: Durable> Log<T> {
    /// An empty log, for a field of an object that is being created. Items may be pushed to it at once; they are stored when
    /// the create method returns.
    ///
    /// ```rust
    /// # use durably::prelude::*;
    /// #[durable_state]
    /// pub struct Greeting { lines: Log<String>, at: Timestamp }
    ///
    /// #[durable_rpc]
    /// impl Greeting {
    ///     #[rpc(create)]
    ///     pub fn begin(cx: &Cx, first: String) -> Result<Self> {
    ///         let mut lines = Log::new();
    ///         lines.push(first)?;
    ///         Ok(Self { lines, at: cx.now() })
    ///     }
    /// }
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// The log's table under a field's name.
    #[doc(hidden)]
    pub const fn table(name: &'static str) -> Table {
        table_of(name, KEY, T::COLUMNS, false)
    }

    /// Appends an item and returns its place. The row is written at once and kept or undone with the transaction.
    ///
    /// # Errors
    /// [`Error::TooLarge`] if a row would exceed 2 MB, [`Error::Unstorable`] for a value that has no stored form (NaN),
    /// [`Error::NoTransaction`] outside of a method or of [`Handle::write`](crate::Handle::write).
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

    /// The item at a place, if there is one. Reads one row.
    pub fn get(&self, seq: Seq) -> Result<Option<T>, Error> {
        let rows = self.select(&format!("WHERE \"{PLACE}\" = ?"), &[seq.sql()])?;
        Ok(rows.into_iter().next().map(|(_, item)| item))
    }

    /// The items after a place, oldest first: at most `limit` of them, and at most as many as fit in a [`Page`].
    ///
    /// ```rust
    /// # use durably::prelude::*;
    /// /// Everything, page by page.
    /// fn all(log: &Log<String>) -> Result<Vec<String>> {
    ///     let (mut texts, mut after) = (Vec::new(), Seq::START);
    ///     loop {
    ///         let page = log.page(after, Limit::MAX)?;
    ///         texts.extend(page.items.into_iter().map(|(_, text)| text));
    ///         match page.next {
    ///             Some(next) => after = next,
    ///             None => return Ok(texts),
    ///         }
    ///     }
    /// }
    /// ```
    pub fn page(&self, after: Seq, limit: Limit) -> Result<Page<T>, Error> {
        self.part(false)?.page(Some(after.sql()), limit.get())
    }

    /// The items before a place, newest first; without a place, from the end. At most `limit` of them, and at most as many as
    /// fit in a [`Page`].
    pub fn page_back(&self, before: Option<Seq>, limit: Limit) -> Result<Page<T>, Error> {
        self.part(true)?.page(before.map(Seq::sql), limit.get())
    }

    /// The last `count` items, oldest first, or as many of them as fit in a [`Page`]. Pass its `next` to [`Log::page_back`] to
    /// read what is before them.
    ///
    /// ```rust
    /// # use durably::prelude::*;
    /// fn context(log: &Log<String>) -> Result<(Vec<String>, Option<String>)> {
    ///     let last = log.last(20)?;
    ///     let before = match last.next {
    ///         Some(next) => log.page_back(Some(next), Limit::new(1))?.items.pop().map(|(_, text)| text),
    ///         None => None,
    ///     };
    ///     Ok((last.items.into_iter().map(|(_, text)| text).collect(), before))
    /// }
    /// ```
    pub fn last(&self, count: u32) -> Result<Page<T>, Error> {
        let mut page = self.part(true)?.page(None, count)?;
        page.items.reverse();
        Ok(page)
    }

    fn part(&self, back: bool) -> Result<Part<'_>, Error> {
        let (store, name) = self.rows.table()?;
        Ok(Part { store, name, key: KEY, columns: T::COLUMNS, back })
    }

    /// The last item with its place; `None` if the log is empty. Reads one row.
    pub fn latest(&self) -> Result<Option<(Seq, T)>, Error> {
        Ok(self.select(&format!("ORDER BY \"{PLACE}\" DESC LIMIT 1"), &[])?.into_iter().next())
    }

    /// The place of the last item; `None` if the log is empty. Reads one row.
    pub fn last_seq(&self) -> Result<Option<Seq>, Error> {
        let (store, name) = self.rows.table()?;
        let rows = store.read(
            name,
            &format!("SELECT \"{PLACE}\" FROM \"{name}\" ORDER BY \"{PLACE}\" DESC LIMIT 1"),
            &[],
            &[Kind::Integer],
        )?;
        rows.into_iter().flatten().next().map(|seq| read_seq(name, seq)).transpose()
    }

    /// The number of items. Reads every row, which is billed. Nothing can be removed from a log yet, so the number of
    /// [`Log::last_seq`] is the same and costs one row.
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
        let sql = format!("SELECT \"{PLACE}\", {} FROM \"{name}\" {rest}", selected(T::COLUMNS));
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
    Seq::from_sql(value).map_err(|why| Error::Unreadable { table, column: KEY.name, why })
}

fn insert<T: Durable>(store: &Store, name: &'static str, row: &[SqlValue]) -> Result<Seq, Error> {
    let marks = vec!["?"; row.len()].join(", ");
    // Without a key SQLite takes the greatest and adds one.
    let sql = format!("INSERT INTO \"{name}\" ({}) VALUES ({marks}) RETURNING \"{PLACE}\"", named(T::COLUMNS));
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
