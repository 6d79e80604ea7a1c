//! Rows: encoded columns with their names, so that an error can say which one.

use super::SqlValue;
use crate::error::Error;
use crate::limits::ROW_MAX_BYTES;

/// Columns being encoded.
#[derive(Debug)]
pub struct RowWriter {
    table: &'static str,
    values: Vec<SqlValue>,
    size: usize,
}

impl RowWriter {
    pub(crate) fn new(table: &'static str) -> Self {
        Self { table, values: Vec::new(), size: 0 }
    }

    /// The next column, encoded, or why it can't be. A row over the platform's limit is refused here, before anything is
    /// written.
    pub(crate) fn put(&mut self, column: &'static str, value: Result<SqlValue, Error>) -> Result<(), Error> {
        let value = value.map_err(|error| error.in_column(self.table, column))?;
        self.size += value.size();
        if self.size > ROW_MAX_BYTES {
            return Err(Error::TooLarge { table: self.table, column, size: self.size, max: ROW_MAX_BYTES });
        }
        self.values.push(value);
        Ok(())
    }

    pub(crate) fn finish(self) -> Vec<SqlValue> {
        self.values
    }
}

/// Columns being decoded, in the order in which they were selected.
#[derive(Debug)]
pub struct RowReader {
    table: &'static str,
    values: std::vec::IntoIter<SqlValue>,
}

impl RowReader {
    pub(crate) fn new(table: &'static str, values: Vec<SqlValue>) -> Self {
        Self { table, values: values.into_iter() }
    }

    /// The next column, decoded. What cannot be read is an error; the stored value stays as it is.
    pub(crate) fn take<T>(
        &mut self,
        column: &'static str,
        read: impl FnOnce(SqlValue) -> Result<T, String>,
    ) -> Result<T, Error> {
        let value = self.values.next().unwrap_or(SqlValue::Null);
        read(value).map_err(|why| Error::Unreadable { table: self.table, column, why })
    }
}
