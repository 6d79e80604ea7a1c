//! A map: values under keys.

use std::marker::PhantomData;

use super::page::{Page, Part};
use super::rows::{Rows, wait};
use super::table::{Collection, decode_item, encode_item, named, selected, table_of};
use crate::codec::fingerprint::builtin;
use crate::codec::{Column, Declared, Durable, Kind, SqlValue, Table};
use crate::error::Error;
use crate::limits::MAX_KEY;
use crate::planted::{self, Plant};
use crate::storage::Store;
use crate::value::{Limit, Seq};

/// Values under keys, each a row, in the order of the keys. Nothing is held in memory.
///
/// An insert of a new or changed value writes one row; of the identical value none.
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
    const KEY: Column = Column { name: "_key", kind: K::KIND, nullable: false };
    /// An integer key is the rowid and costs nothing; any other is kept in the table's own tree.
    const WITHOUT_ROWID: bool = !matches!(K::KIND, Kind::Integer | Kind::Wide);

    /// An empty map, for the fields of an object that is being created.
    pub fn new() -> Self {
        Self::default()
    }

    /// The map's table under a field's name.
    pub const fn table(name: &'static str) -> Table {
        table_of(name, Self::KEY, V::COLUMNS, Self::WITHOUT_ROWID)
    }

    /// Puts a value under a key, in place of what was there.
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

    /// The value under a key.
    pub fn get(&self, key: &K) -> Result<Option<V>, Error> {
        let (store, name) = self.rows.table()?;
        let sql = format!("SELECT {} FROM \"{name}\" WHERE \"_key\" = ?", selected(V::COLUMNS));
        let kinds: Vec<Kind> = V::COLUMNS.iter().map(|column| column.kind).collect();
        let rows = store.read(name, &sql, &[key_sql(name, key)?], &kinds)?;
        rows.into_iter().next().map(|row| decode_item(name, row)).transpose()
    }

    /// Whether there is a value under a key.
    pub fn contains_key(&self, key: &K) -> Result<bool, Error> {
        let (store, name) = self.rows.table()?;
        let sql = format!("SELECT 1 FROM \"{name}\" WHERE \"_key\" = ?");
        Ok(!store.read(name, &sql, &[key_sql(name, key)?], &[Kind::Integer])?.is_empty())
    }

    /// Removes a value and says whether there was one. Writes one row if there was.
    pub fn remove(&mut self, key: &K) -> Result<bool, Error> {
        let (store, name) = self.rows.table()?;
        let sql = format!("DELETE FROM \"{name}\" WHERE \"_key\" = ? RETURNING 1");
        let rows = store.write_rows(&Self::table(name), &sql, &[key_sql(name, key)?], &[Kind::Integer])?;
        Ok(!rows.is_empty())
    }

    /// Entries in the order of their keys, after a key: at most `limit`, and as many as fit in a [`Page`].
    pub fn page(&self, after: Option<&K>, limit: Limit) -> Result<Page<V, K>, Error> {
        self.part(false, after, limit)
    }

    /// The same from the greatest key down, before a key.
    pub fn page_back(&self, before: Option<&K>, limit: Limit) -> Result<Page<V, K>, Error> {
        self.part(true, before, limit)
    }

    fn part(&self, back: bool, from: Option<&K>, limit: Limit) -> Result<Page<V, K>, Error> {
        let (store, name) = self.rows.table()?;
        let from = from.map(|key| key_sql(name, key)).transpose()?;
        Part { store, name, key: Self::KEY, columns: V::COLUMNS, back }.page(from, limit.get())
    }

    /// How many entries there are. Reads every row.
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
        let sql = format!("SELECT {} FROM \"{name}\" WHERE \"_key\" = ?", selected(V::COLUMNS));
        Ok(store.read(name, &sql, std::slice::from_ref(key), &kinds)?.into_iter().next())
    }
}

fn key_sql<K: Durable>(table: &'static str, key: &K) -> Result<SqlValue, Error> {
    let key = key.to_sql().map_err(|error| error.in_column(table, "_key"))?;
    match key.size() {
        size if size > MAX_KEY => Err(Error::TooLarge { table, column: "_key", size, max: MAX_KEY }),
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
        "INSERT INTO \"{name}\" (\"_key\", {}) VALUES ({marks}) ON CONFLICT (\"_key\") DO UPDATE SET {} WHERE {changed}",
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
