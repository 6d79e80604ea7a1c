//! A transaction, and the collections in its hands.

use fixture::programs::{Kind, Peer, Place};

use super::Line;
use super::stored::{Columns, Stored};

/// A collection in somebody's hands.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Handle {
    /// Made in memory, with the rows that wait.
    New(Vec<(String, i64)>),
    /// A table of an object, as of one of its lives in memory.
    Of(Peer, u32, &'static str),
}

impl Default for Handle {
    fn default() -> Self {
        Self::New(Vec::new())
    }
}

/// A transaction.
#[derive(Clone)]
pub(super) struct Open {
    pub(super) peer: Peer,
    pub(super) lives: u32,
    pub(super) creating: bool,
    /// The next write is refused by SQLite.
    pub(super) refused: bool,
    pub(super) part: State,
}

/// What a savepoint gives back.
#[derive(Clone)]
pub(super) struct State {
    pub(super) stored: Stored,
    pub(super) columns: Columns,
    pub(super) fields: [Handle; 4],
    pub(super) touched: bool,
}

impl Open {
    /// Whether a collection is that of this object's field.
    pub(super) fn is_own(&self, handle: &Handle, table: &str) -> bool {
        matches!(handle, Handle::Of(peer, lives, own) if *peer == self.peer && *lives == self.lives && *own == table)
    }

    pub(super) fn with<T>(&mut self, field: usize, work: impl FnOnce(&mut Self, &mut Handle) -> T) -> T {
        let mut handle = std::mem::take(&mut self.part.fields[field]);
        let done = work(self, &mut handle);
        self.part.fields[field] = handle;
        done
    }

    /// A collection that may be written now.
    pub(super) fn written<'a>(&mut self, handle: &'a mut Handle) -> Result<&'a mut Handle, String> {
        match handle {
            Handle::New(_) if !self.creating => Err("detached".into()),
            Handle::Of(peer, lives, _) if *peer != self.peer || *lives != self.lives => Err("no_transaction".into()),
            Handle::New(_) => Ok(handle),
            Handle::Of(..) => {
                self.part.touched = true;
                if std::mem::take(&mut self.refused) { Err("sql".into()) } else { Ok(handle) }
            }
        }
    }

    pub(super) fn push(&mut self, log: &mut Handle, text: &str) -> Result<String, String> {
        let count = match self.written(log)? {
            Handle::New(rows) => {
                rows.push((text.to_owned(), 0));
                rows.len()
            }
            Handle::Of(_, _, table) => {
                let items = self.part.stored.log(table);
                items.push(text.to_owned());
                items.len()
            }
        };
        Ok(count.to_string())
    }

    pub(super) fn insert(&mut self, map: &mut Handle, key: &str, value: i64) -> Result<String, String> {
        match self.written(map)? {
            Handle::New(rows) => rows.push((key.to_owned(), value)),
            Handle::Of(_, _, table) => drop(self.part.stored.map(table).insert(key.to_owned(), value)),
        }
        Ok("done".into())
    }

    pub(super) fn look(&self, told: &mut Vec<Line>) {
        let Columns { number, text, maybe, list } = &self.part.columns;
        told.push(Line::Is(format!("{number} {text} {maybe:?} {list:?}")));
        told.extend(self.part.fields.iter().map(|handle| match handle {
            Handle::New(_) => Line::Is("detached".into()),
            Handle::Of(peer, lives, table) if *peer == self.peer && *lives == self.lives => {
                Line::Is(self.part.stored.rows(table))
            }
            Handle::Of(..) => Line::Any,
        }));
    }
}

/// Whether both are the same table, or both are in memory.
pub(super) fn is_where(one: &Handle, other: &Handle) -> bool {
    match (one, other) {
        (Handle::New(_), Handle::New(_)) => true,
        (one, other) => one == other,
    }
}

pub(super) fn kind(table: &str) -> Kind {
    if matches!(table, "lines" | "others") { Kind::Log } else { Kind::Map }
}

pub(super) fn index(kind: Kind, place: Place) -> usize {
    let second = usize::from(place == Place::Second);
    if kind == Kind::Log { second } else { 2 + second }
}
