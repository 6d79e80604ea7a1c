//! durably's own tables and columns, as `docs/formats.md` describes them, and the hash of a stored shape.

use crate::{Fnv, Kind};

/// A column of durably's own. None of them is NULL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnColumn {
    /// Its name in SQL.
    pub name: &'static str,
    /// Its kind.
    pub kind: Kind,
}

const fn own(name: &'static str, kind: Kind) -> OwnColumn {
    OwnColumn { name, kind }
}

/// The one row of an object.
pub mod state {
    use super::{Kind, OwnColumn, own};

    /// The table.
    pub const TABLE: &str = "durably_state";
    /// The primary key, which is always 1.
    pub const ID: OwnColumn = own("_id", Kind::Integer);
    /// The revision of stored shapes in which the row was written.
    pub const REVISION: OwnColumn = own("_revision", Kind::Integer);
    /// The hash of the stored shape, [`super::Shape`], in 16 hexadecimal digits.
    pub const HASH: OwnColumn = own("_hash", Kind::Text);
    /// The least revision that may write the object.
    pub const WRITER: OwnColumn = own("_writer", Kind::Integer);
    /// Reserved: the least next places of logs whose tail was deleted.
    pub const FLOORS: OwnColumn = own("_floors", Kind::Text);
    /// All of them, in their order.
    pub const COLUMNS: [OwnColumn; 5] = [ID, REVISION, HASH, WRITER, FLOORS];
    /// The revision that today's code writes.
    pub const TODAY: i64 = 1;
}

/// The table of a `Log`, which has the name of its field.
pub mod log {
    use super::{Kind, OwnColumn, own};

    /// The primary key: the place.
    pub const SEQ: OwnColumn = own("_seq", Kind::Integer);
}

/// The table of a `Map`, which has the name of its field.
pub mod map {
    use crate::Kind;

    /// The primary key's name; its kind is the key type's.
    pub const KEY: &str = "_key";

    /// Whether the table is `WITHOUT ROWID`. An integer key is the rowid itself; any other would cost a second row, unless
    /// the table is its own index.
    pub const fn without_rowid(key: Kind) -> bool {
        match key {
            Kind::Integer | Kind::Wide => false,
            Kind::Real | Kind::Text | Kind::Blob | Kind::Json => true,
        }
    }
}

/// The column of a collection's item that is not a struct with fields.
pub const VALUE: &str = "value";

/// The replies that are kept under idempotency keys.
pub mod idempotency {
    use super::{Kind, OwnColumn, own};

    /// The table.
    pub const TABLE: &str = "durably_idempotency";
    /// Days since 1970; the first part of the primary key.
    pub const DAY: OwnColumn = own("day", Kind::Integer);
    /// Method, caller and key; the second part of the primary key.
    pub const SCOPE: OwnColumn = own("scope", Kind::Text);
    /// SHA-256 of the canonical arguments.
    pub const ARGUMENTS: OwnColumn = own("arguments", Kind::Text);
    /// The reply's JSON.
    pub const REPLY: OwnColumn = own("reply", Kind::Text);
    /// When it was kept, in milliseconds since 1970.
    pub const AT: OwnColumn = own("at", Kind::Integer);
    /// All of them, in their order.
    pub const COLUMNS: [OwnColumn; 5] = [DAY, SCOPE, ARGUMENTS, REPLY, AT];
}

/// The hash of a stored shape: the columns of the row that are the user's, then each collection's table with its key and
/// columns, in the order of the fields.
#[derive(Debug, Clone, Copy)]
pub struct Shape(Fnv);

impl Default for Shape {
    fn default() -> Self {
        Self::new()
    }
}

impl Shape {
    /// Of a row without columns.
    pub const fn new() -> Self {
        Self(Fnv::new().text("shape"))
    }

    /// With the next table, which its columns follow.
    #[must_use]
    pub const fn table(self, name: &str) -> Self {
        Self(self.0.text("table").text(name))
    }

    /// With the next column.
    #[must_use]
    pub const fn column(self, name: &str, kind: Kind, nullable: bool) -> Self {
        Self(self.0.text(name).text(kind.storage_class()).number(nullable as u64))
    }

    /// The hash.
    pub const fn finish(self) -> u64 {
        self.0.finish()
    }
}
