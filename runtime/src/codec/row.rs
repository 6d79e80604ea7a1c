//! Rows: encoded columns with their names, so that an error can say which one.

use super::{Durable, SqlValue};
use crate::Error;

/// The platform's limit of a row, string or blob. Cloudflare documents 2 MB; a local workerd takes more.
/// <https://developers.cloudflare.com/durable-objects/platform/limits/>
pub(crate) const MAX_ROW: usize = durably_contract::limits::ROW_MAX_BYTES;

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

    /// Encodes the next column. A row over the platform's limit is refused here, before anything is written.
    pub fn put<T: Durable>(&mut self, column: &'static str, value: &T) -> Result<(), Error> {
        self.push(column, value.to_sql().map_err(|error| error.in_column(self.table, column))?)
    }

    /// The next column, encoded already.
    pub fn push(&mut self, column: &'static str, value: SqlValue) -> Result<(), Error> {
        self.size += value.size();
        if self.size > MAX_ROW {
            return Err(Error::TooLarge { table: self.table, column, size: self.size, max: MAX_ROW });
        }
        self.values.push(value);
        Ok(())
    }

    pub(crate) fn table(&self) -> &'static str {
        self.table
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

    /// Decodes the next column. What cannot be read is an error; the stored value stays as it is.
    pub fn take<T: Durable>(&mut self, column: &'static str) -> Result<T, Error> {
        let value = self.raw();
        T::from_sql(value).map_err(|why| Error::Unreadable { table: self.table, column, why })
    }

    /// The next column as it is.
    pub fn raw(&mut self) -> SqlValue {
        self.values.next().unwrap_or(SqlValue::Null)
    }

    pub(crate) fn table(&self) -> &'static str {
        self.table
    }
}
