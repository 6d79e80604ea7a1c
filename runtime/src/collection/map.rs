//! A map: values under keys.

use std::marker::PhantomData;

use super::page::{Page, Part};
use super::rows::{Rows, wait};
use super::table::{Collection, decode_item, encode_item, named, selected, table_of};
use crate::codec::{Column, Declared, Durable, Kind, SqlValue, Table};
use crate::error::Error;
use crate::limits::KEY_MAX_BYTES;
use crate::planted::{self, Plant};
use crate::storage::Store;
use crate::value::{Limit, Seq};
use durably_contract::columns::map::{KEY, without_rowid};
use durably_contract::decl::builtin;

/// A table of values under keys, in the order of the keys. Each entry is a row.
///
/// A map is a field of a `#[durable_state]` struct and holds nothing in memory. A value that is a struct has a column for
/// each field. Keys can be text, integers, `bool`, [`Timestamp`](crate::Timestamp), [`Uuid`](crate::Uuid), [`Seq`], bytes,
/// an enum without data, or a newtype of one of these; they take at most 2 KiB. They are ordered as SQLite orders their
/// columns: numbers and times by value, text and bytes byte by byte, `false` before `true`, an enum by the text of its
/// variants.
///
/// | method | rows written | rows read |
/// |---|---|---|
/// | [`insert`](Map::insert) | 1; 0 if the same value is there | 1 |
/// | [`remove`](Map::remove) | 1 if there was a value | 1 |
/// | [`get`](Map::get), [`contains_key`](Map::contains_key) | 0 | 1 |
/// | [`page`](Map::page), [`page_back`](Map::page_back) | 0 | those of the page and one more |
/// | [`count`](Map::count) | 0 | all |
///
/// ```rust
/// use durably::prelude::*;
///
/// #[durable_state]
/// pub struct Inventory { items: Map<String, Item> }
///
/// #[derive(Clone, Debug, Durable)]
/// pub struct Item { count: u32, shelf: String }
///
/// #[durable_rpc]
/// impl Inventory {
///     pub fn put(&mut self, sku: String, count: u32, shelf: String) -> Result<()> {
///         Ok(self.items.insert(&sku, &Item { count, shelf })?)
///     }
///
///     pub fn take(&mut self, sku: String) -> Result<Option<u32>> {
///         let Some(mut item) = self.items.get(&sku)? else { return Ok(None) };
///         item.count = item.count.saturating_sub(1);
///         self.items.insert(&sku, &item)?;
///         Ok(Some(item.count))
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Map<K, V> {
    rows: Rows,
    item: PhantomData<(K, V)>,
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self { rows: Rows::default(), item: PhantomData }
    }
}

impl<K: Durable, V: Durable> Map<K, V> {
    const KEY: Column = Column { name: KEY, kind: K::KIND, nullable: false };
    /// An integer key is the rowid and costs nothing; any other is kept in the table's own tree.
    const WITHOUT_ROWID: bool = without_rowid(K::KIND);

    /// An empty map, for a field of an object that is being created. Values may be inserted at once; they are stored when the
    /// create method returns.
    pub fn new() -> Self {
        Self::default()
    }

    /// The map's table under a field's name.
    #[doc(hidden)]
    pub const fn table(name: &'static str) -> Table {
        table_of(name, Self::KEY, V::COLUMNS, Self::WITHOUT_ROWID)
    }

    /// Puts a value under a key, replacing the one that is there. If the same value is there, no row is written.
    ///
    /// # Errors
    /// [`Error::TooLarge`] if the row would exceed 2 MB or the key 2 KiB, [`Error::Unstorable`] for a value that has no stored
    /// form (NaN), [`Error::NoTransaction`] outside of a method or of [`Handle::write`](crate::Handle::write).
    pub fn insert(&mut self, key: &K, value: &V) -> Result<(), Error> {
        match &mut self.rows {
            Rows::Pending(rows) => {
                let mut row = vec![key_sql("a new map", key)?];
                row.extend(encode_item("a new map", value)?);
                wait(rows, row)
            }
            Rows::Stored(store, name) => {
                let mut row = vec![key_sql(name, key)?];
                row.extend(encode_item(name, value)?);
                upsert::<K, V>(store, name, &row)
            }
        }
    }

    /// The value under a key, if there is one. Reads one row.
    pub fn get(&self, key: &K) -> Result<Option<V>, Error> {
        let (store, name) = self.rows.table()?;
        let sql = format!("SELECT {} FROM \"{name}\" WHERE \"{KEY}\" = ?", selected(V::COLUMNS));
        let kinds: Vec<Kind> = V::COLUMNS.iter().map(|column| column.kind).collect();
        let rows = store.read(name, &sql, &[key_sql(name, key)?], &kinds)?;
        rows.into_iter().next().map(|row| decode_item(name, row)).transpose()
    }

    /// Whether there is a value under a key. Reads one row, and decodes nothing of it.
    pub fn contains_key(&self, key: &K) -> Result<bool, Error> {
        let (store, name) = self.rows.table()?;
        let sql = format!("SELECT 1 FROM \"{name}\" WHERE \"{KEY}\" = ?");
        Ok(!store.read(name, &sql, &[key_sql(name, key)?], &[Kind::Integer])?.is_empty())
    }

    /// Removes the value under a key and returns whether there was one.
    pub fn remove(&mut self, key: &K) -> Result<bool, Error> {
        let (store, name) = self.rows.table()?;
        let sql = format!("DELETE FROM \"{name}\" WHERE \"{KEY}\" = ? RETURNING 1");
        let rows = store.write_rows(&Self::table(name), &sql, &[key_sql(name, key)?], &[Kind::Integer])?;
        Ok(!rows.is_empty())
    }

    /// The entries after a key, in the order of the keys; without a key, from the beginning. At most `limit` of them, and at
    /// most as many as fit in a [`Page`].
    ///
    /// ```rust
    /// # use durably::prelude::*;
    /// /// Walks over a whole map, a page at a time.
    /// fn total(map: &Map<String, u32>) -> Result<u64> {
    ///     let (mut total, mut after) = (0, None);
    ///     loop {
    ///         let page = map.page(after.as_ref(), Limit::MAX)?;
    ///         total += page.items.iter().map(|(_, count)| u64::from(*count)).sum::<u64>();
    ///         after = page.next;
    ///         if after.is_none() {
    ///             return Ok(total);
    ///         }
    ///     }
    /// }
    /// ```
    pub fn page(&self, after: Option<&K>, limit: Limit) -> Result<Page<V, K>, Error> {
        self.part(false, after, limit)
    }

    /// The entries before a key, from the greatest key down; without a key, from the end.
    pub fn page_back(&self, before: Option<&K>, limit: Limit) -> Result<Page<V, K>, Error> {
        self.part(true, before, limit)
    }

    fn part(&self, back: bool, from: Option<&K>, limit: Limit) -> Result<Page<V, K>, Error> {
        let (store, name) = self.rows.table()?;
        let from = from.map(|key| key_sql(name, key)).transpose()?;
        Part { store, name, key: Self::KEY, columns: V::COLUMNS, back }.page(from, limit.get())
    }

    /// The number of entries. Reads every row, which is billed: where it is needed often, keep it in a field of the state.
    pub fn count(&self) -> Result<u64, Error> {
        let (store, name) = self.rows.table()?;
        let rows = store.read(name, &format!("SELECT count(*) FROM \"{name}\""), &[], &[Kind::Integer])?;
        match rows.into_iter().flatten().next() {
            None => Ok(0),
            Some(value) => Seq::from_sql(value).map(Seq::get).map_err(Error::Platform),
        }
    }

    /// The stored columns of one value.
    fn row(store: &Store, name: &'static str, key: &SqlValue) -> Result<Option<Vec<SqlValue>>, Error> {
        let kinds: Vec<Kind> = V::COLUMNS.iter().map(|column| column.kind).collect();
        let sql = format!("SELECT {} FROM \"{name}\" WHERE \"{KEY}\" = ?", selected(V::COLUMNS));
        Ok(store.read(name, &sql, std::slice::from_ref(key), &kinds)?.into_iter().next())
    }
}

fn key_sql<K: Durable>(table: &'static str, key: &K) -> Result<SqlValue, Error> {
    let key = key.to_sql().map_err(|error| error.in_column(table, KEY))?;
    match key.size() {
        size if size > KEY_MAX_BYTES => Err(Error::TooLarge { table, column: KEY, size, max: KEY_MAX_BYTES }),
        _ => Ok(key),
    }
}

fn upsert<K: Durable, V: Durable>(store: &Store, name: &'static str, row: &[SqlValue]) -> Result<(), Error> {
    let columns = V::COLUMNS;
    // To SQL 0.0 and -0.0 are one number: where a zero is written, Rust compares.
    let zero = row.iter().any(|value| matches!(value, SqlValue::Real(number) if *number == 0.0));
    if zero && Map::<K, V>::row(store, name, &row[0])?.is_some_and(|stored| stored == row[1..]) {
        return Ok(());
    }
    let marks = vec!["?"; row.len()].join(", ");
    let quoted =
        |format: fn(&str) -> String, by: &str| columns.iter().map(|c| format(c.name)).collect::<Vec<_>>().join(by);
    // The condition keeps an identical value from being a row written.
    let changed = if planted::is(Plant::SecondInsertIgnored) {
        "false".to_owned()
    } else if zero {
        "true".to_owned()
    } else {
        quoted(|c| format!("\"{c}\" IS NOT excluded.\"{c}\""), " OR ")
    };
    let sql = format!(
        "INSERT INTO \"{name}\" (\"{KEY}\", {}) VALUES ({marks}) ON CONFLICT (\"{KEY}\") DO UPDATE SET {} WHERE {changed}",
        named(columns),
        quoted(|c| format!("\"{c}\" = excluded.\"{c}\""), ", "),
    );
    store.write(&Map::<K, V>::table(name), &sql, row)
}

impl<K: Durable, V: Durable> Declared for Map<K, V> {
    const DECL: u64 = builtin("Map", &[K::DECL, V::DECL]);
}

impl<K: Durable, V: Durable> Collection for Map<K, V> {
    fn stored(store: &Store, name: &'static str) -> Self {
        Self { rows: Rows::stored_as(store, name), item: PhantomData }
    }

    fn rows(&mut self) -> &mut Rows {
        &mut self.rows
    }

    fn put(&self, store: &Store, name: &'static str, row: &[SqlValue]) -> Result<(), Error> {
        upsert::<K, V>(store, name, row)
    }
}
