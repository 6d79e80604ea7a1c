//! How values lie in SQLite.

use crate::fingerprint::Fnv;

/// A value on its way to or from SQLite.
#[derive(Debug, Clone, PartialEq)]
pub enum SqlValue {
    /// Nothing.
    Null,
    /// Any 64 bits; those beyond ±2^53 cross into JS as text, which column affinity turns back.
    Integer(i64),
    /// A number that is not NaN.
    Real(f64),
    /// UTF-8, NUL included.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl SqlValue {
    /// Bytes that the value takes of a row's 2 MB.
    pub fn size(&self) -> usize {
        match self {
            Self::Null => 1,
            Self::Integer(_) | Self::Real(_) => 9,
            Self::Text(text) => text.len(),
            Self::Blob(bytes) => bytes.len(),
        }
    }

    /// For error messages.
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Integer(_) => "an integer",
            Self::Real(_) => "a number",
            Self::Text(_) => "text",
            Self::Blob(_) => "bytes",
        }
    }
}

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Up to 53 bits, booleans, times.
    Integer,
    /// 64 bits: read as text, because a JS number would round it.
    Wide,
    /// 64 bits of a float.
    Real,
    /// UTF-8.
    Text,
    /// Bytes.
    Blob,
    /// JSON text.
    Json,
}

impl Kind {
    /// The declared type, which sets the column's affinity.
    pub const fn declared(self) -> &'static str {
        match self {
            Self::Integer | Self::Wide => "INTEGER",
            Self::Real => "REAL",
            Self::Text | Self::Json => "TEXT",
            Self::Blob => "BLOB",
        }
    }
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name in SQL.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
    /// Whether it may be NULL.
    pub nullable: bool,
}

impl Column {
    /// The column that holds a `T`.
    pub const fn of<T: crate::Durable>(name: &'static str) -> Self {
        Self { name, kind: T::KIND, nullable: T::NULLABLE }
    }

    /// A column of JSON text through serde.
    pub const fn json(name: &'static str) -> Self {
        Self { name, kind: Kind::Json, nullable: false }
    }

    /// `"name" TYPE NOT NULL`.
    pub fn definition(&self) -> String {
        let null = if self.nullable { "" } else { " NOT NULL" };
        format!("\"{}\" {}{null}", self.name, self.kind.declared())
    }

    /// How a SELECT names it.
    pub fn selected(&self) -> String {
        // In brackets: where there is no such column, SQLite takes a name in double quotes for a text.
        match self.kind {
            Kind::Wide => format!("CAST([{}] AS TEXT)", self.name),
            _ => format!("[{}]", self.name),
        }
    }

    pub(crate) const fn mix(&self, hash: Fnv) -> Fnv {
        hash.text(self.name).text(self.kind.declared()).number(self.nullable as u64)
    }
}

/// A collection's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// The field's name.
    pub name: &'static str,
    /// The key, then the columns of the items.
    pub key: Column,
    /// The items' columns.
    pub columns: &'static [Column],
    /// Whether the key is the table's own tree.
    pub without_rowid: bool,
}

/// The stored shape of a state: columns and tables, by name, type and order. What an object stores beside its revision.
pub(crate) const fn shape(columns: &[Column], tables: &[Table]) -> u64 {
    let mut hash = Fnv::new().text("shape");
    let mut i = 0;
    while i < columns.len() {
        hash = columns[i].mix(hash);
        i += 1;
    }
    let mut i = 0;
    while i < tables.len() {
        hash = tables[i].key.mix(hash.text("table").text(tables[i].name));
        let mut j = 0;
        while j < tables[i].columns.len() {
            hash = tables[i].columns[j].mix(hash);
            j += 1;
        }
        i += 1;
    }
    hash.0
}
