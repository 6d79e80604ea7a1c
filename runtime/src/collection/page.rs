//! Parts of a collection: limited in rows, and in bytes, since all of a part is in memory at once.

use super::table::{decode_item, kinds, selected};
use crate::codec::{Column, Durable, Kind, SqlValue};
use crate::error::Error;
use crate::limits::PAGE_MAX_BYTES;
use crate::planted::{self, Plant};
use crate::storage::Store;
use crate::value::Seq;

/// A part of a collection: at most as many items as were asked for, and at most as many as fit in 1 MiB, but at least one
/// if there is one. A page may be shorter than asked for, so only `next` says whether there is more.
///
/// ```rust
/// # use durably::prelude::*;
/// #[derive(Debug, Durable)]
/// pub struct Lines { lines: Vec<String>, next: Option<Seq> }
///
/// /// What a route returns: `Page` itself is not sent, so that its JSON has names of your own.
/// fn lines(page: Page<String>) -> Lines {
///     Lines { lines: page.items.into_iter().map(|(_, line)| line).collect(), next: page.next }
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T, K = Seq> {
    /// The items with their places or keys.
    pub items: Vec<(K, T)>,
    /// Where the next page begins: what to pass as `after`, or as `before` on the way back. `None` at the end.
    pub next: Option<K>,
}

/// What a number takes, at most.
const NUMBER: usize = 9;

/// Where a page is read: a table, and the direction.
pub(super) struct Part<'a> {
    pub(super) store: &'a Store,
    pub(super) name: &'static str,
    pub(super) key: Column,
    pub(super) columns: &'static [Column],
    pub(super) back: bool,
}

impl Part<'_> {
    /// Up to `count` rows beyond a key.
    pub(super) fn page<T: Durable, K: Durable>(&self, from: Option<SqlValue>, count: u32) -> Result<Page<T, K>, Error> {
        let most = (count as usize).min(PAGE_MAX_BYTES / self.smallest());
        let mut rows = self.rows(from, most)?;
        let more = if rows.len() > most { true } else { self.has_more(&rows)? };
        rows.truncate(most);
        let next = match rows.last().and_then(|row| row.first()) {
            Some(key) if more => Some(self.key::<K>(key.clone())?),
            _ => None,
        };
        let items = rows.into_iter().map(|mut row| {
            let key = self.key(row.remove(0))?;
            Ok((key, decode_item(self.name, row)?))
        });
        Ok(Page { items: items.collect::<Result<_, Error>>()?, next })
    }

    fn key<K: Durable>(&self, key: SqlValue) -> Result<K, Error> {
        K::from_sql(key).map_err(|why| Error::Unreadable { table: self.name, column: self.key.name, why })
    }

    /// One row more than asked for tells whether there is more.
    fn rows(&self, from: Option<SqlValue>, count: usize) -> Result<Vec<Vec<SqlValue>>, Error> {
        let (bound, limit) = if from.is_some() { (self.beyond("?1"), "?2") } else { ("true".into(), "?1") };
        let wanted = SqlValue::Integer(i64::try_from(count.saturating_add(1)).unwrap_or(i64::MAX));
        let parameters: Vec<SqlValue> = from.into_iter().chain([wanted]).collect();
        let Self { store, name, key: Column { name: key, .. }, .. } = *self;
        let (order, within) = (self.order(), self.within(&bound, limit));
        let sql = format!(
            "SELECT {}, {} FROM \"{name}\" WHERE {bound}{within} ORDER BY \"{key}\"{order} LIMIT {limit}",
            self.key.selected(),
            selected(self.columns),
        );
        store.read(name, &sql, &parameters, &kinds(self.key.kind, self.columns))
    }

    /// A condition that ends the page before its bytes are too many, though not before its first row. It asks SQLite for
    /// lengths, for which no value is read.
    fn within(&self, bound: &str, limit: &str) -> String {
        let all = std::iter::once(&self.key).chain(self.columns);
        let large: Vec<String> =
            all.filter(|c| is_large(c)).map(|c| format!(" + coalesce(octet_length([{}]), 0)", c.name)).collect();
        if large.is_empty() {
            return String::new();
        }
        let Self { name, key: Column { name: key, .. }, .. } = *self;
        let (order, size) = (self.order(), format!("{}{}", self.smallest(), large.concat()));
        let (until, farthest, nearest) = if self.back { (">=", "min", "max") } else { ("<=", "max", "min") };
        format!(
            " AND \"{key}\" {until} (\
             SELECT coalesce({farthest}(CASE WHEN total <= {PAGE_MAX_BYTES} THEN k END), {nearest}(k)) FROM (\
             SELECT k, sum(size) OVER (ORDER BY k{order}) AS total FROM (\
             SELECT \"{key}\" AS k, {size} AS size FROM \"{name}\" WHERE {bound} ORDER BY \"{key}\"{order} LIMIT {limit})))"
        )
    }

    /// Whether there are rows beyond these.
    fn has_more(&self, rows: &[Vec<SqlValue>]) -> Result<bool, Error> {
        let Some(last) = rows.last().and_then(|row| row.first()).filter(|_| !planted::is(Plant::PageForgetsRest))
        else {
            return Ok(false);
        };
        let sql = format!("SELECT 1 FROM \"{}\" WHERE {} LIMIT 1", self.name, self.beyond("?"));
        Ok(!self.store.read(self.name, &sql, std::slice::from_ref(last), &[Kind::Integer])?.is_empty())
    }

    fn beyond(&self, mark: &str) -> String {
        format!("\"{}\" {} {mark}", self.key.name, if self.back { '<' } else { '>' })
    }

    fn order(&self) -> &'static str {
        if self.back { " DESC" } else { "" }
    }

    /// Of a row, the bytes that are always there; one at least.
    fn smallest(&self) -> usize {
        let all = std::iter::once(&self.key).chain(self.columns);
        (NUMBER * all.filter(|column| !is_large(column)).count()).max(1)
    }
}

fn is_large(column: &Column) -> bool {
    match column.kind {
        Kind::Text | Kind::Blob | Kind::Json => true,
        Kind::Integer | Kind::Wide | Kind::Real => false,
    }
}
