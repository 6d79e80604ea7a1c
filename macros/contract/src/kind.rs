//! The kinds of columns, and what SQLite calls them.

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
    /// SQLite's name for what the column holds, as in manifests.
    pub const fn storage_class(self) -> &'static str {
        match self {
            Self::Integer | Self::Wide => "INTEGER",
            Self::Real => "REAL",
            Self::Text | Self::Json => "TEXT",
            Self::Blob => "BLOB",
        }
    }

    /// The declared type, which sets the column's affinity. A float's column has none: REAL affinity keeps whole numbers
    /// as integers, of which zero has no sign (<https://www.sqlite.org/datatype3.html>, §3.1 and the note in §2).
    pub const fn declared(self) -> &'static str {
        match self {
            Self::Real => "",
            other => other.storage_class(),
        }
    }
}
