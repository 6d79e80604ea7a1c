//! How values lie in SQLite.

pub use durably_contract::Kind;

use durably_contract::columns::Shape;

/// A value on its way to or from SQLite.
#[derive(Debug, Clone)]
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

/// By the bits: a zero that changed its sign is a change.
impl PartialEq for SqlValue {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Integer(one), Self::Integer(other)) => one == other,
            (Self::Real(one), Self::Real(other)) => one.to_bits() == other.to_bits(),
            (Self::Text(one), Self::Text(other)) => one == other,
            (Self::Blob(one), Self::Blob(other)) => one == other,
            (Self::Null | Self::Integer(_) | Self::Real(_) | Self::Text(_) | Self::Blob(_), _) => false,
        }
    }
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
    /// A column of JSON text through serde.
    pub const fn json(name: &'static str) -> Self {
        Self { name, kind: Kind::Json, nullable: false }
    }

    /// `"name" TYPE NOT NULL`, without a type for a float.
    pub fn definition(&self) -> String {
        let null = if self.nullable { "" } else { " NOT NULL" };
        let kind = match self.kind.declared() {
            "" => String::new(),
            declared => format!(" {declared}"),
        };
        format!("\"{}\"{kind}{null}", self.name)
    }

    /// How a SELECT names it.
    pub fn selected(&self) -> String {
        // In brackets: where there is no such column, SQLite takes a name in double quotes for a text.
        match self.kind {
            Kind::Wide => format!("CAST([{}] AS TEXT)", self.name),
            Kind::Integer | Kind::Real | Kind::Text | Kind::Blob | Kind::Json => format!("[{}]", self.name),
        }
    }

    const fn mix(&self, shape: Shape) -> Shape {
        shape.column(self.name, self.kind, self.nullable)
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
    let mut shape = Shape::new();
    let mut i = 0;
    while i < columns.len() {
        shape = columns[i].mix(shape);
        i += 1;
    }
    let mut i = 0;
    while i < tables.len() {
        shape = tables[i].key.mix(shape.table(tables[i].name));
        let mut j = 0;
        while j < tables[i].columns.len() {
            shape = tables[i].columns[j].mix(shape);
            j += 1;
        }
        i += 1;
    }
    shape.finish()
}
