//! What an object has stored.

use std::collections::BTreeMap;

/// What an object has stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stored {
    /// The columns of its row, if it has one.
    pub row: Option<Columns>,
    /// Its tables, by name.
    pub tables: BTreeMap<&'static str, Table>,
}

/// The columns of the row.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs, reason = "as in the fixture")]
pub struct Columns {
    pub number: i64,
    pub text: String,
    pub maybe: Option<i64>,
    pub list: Vec<String>,
}

/// A table.
#[derive(Clone, Debug, PartialEq)]
pub enum Table {
    /// Places are those in the list, from 1.
    Log(Vec<String>),
    /// Keys are sorted.
    Map(BTreeMap<String, i64>),
}

/// The fields that are tables, logs before maps.
pub const TABLES: [&str; 4] = ["lines", "others", "marks", "tags"];

impl Stored {
    /// The rows of a table as the fixture tells them.
    pub fn rows(&self, table: &str) -> String {
        let rows: Vec<String> = match self.tables.get(table) {
            None => Vec::new(),
            Some(Table::Log(items)) => items.iter().zip(1..).map(|(text, seq)| format!("{seq}={text}")).collect(),
            Some(Table::Map(entries)) => entries.iter().map(|(key, value)| format!("{key}={value}")).collect(),
        };
        rows.join(",")
    }

    /// How many rows a table has.
    pub fn count(&self, table: &str) -> usize {
        match self.tables.get(table) {
            None => 0,
            Some(Table::Log(items)) => items.len(),
            Some(Table::Map(entries)) => entries.len(),
        }
    }

    pub(super) fn log(&mut self, table: &'static str) -> &mut Vec<String> {
        match self.tables.entry(table).or_insert(Table::Log(Vec::new())) {
            Table::Log(items) => items,
            Table::Map(_) => panic!("{table} is a map"),
        }
    }

    pub(super) fn map(&mut self, table: &'static str) -> &mut BTreeMap<String, i64> {
        match self.tables.entry(table).or_insert(Table::Map(BTreeMap::new())) {
            Table::Map(entries) => entries,
            Table::Log(_) => panic!("{table} is a log"),
        }
    }
}
