//! The places where a value can stand, on the machine that runs the tests: SQLite is the real one, the rest is what the
//! runtime does with a value on its way.

use std::fmt::Write as _;

use durably::__private::{Column, DurableError, Kind, SqlValue, doors};
use durably::Durable;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, params_from_iter};

use crate::Sample;

/// What was tried, and what was lost.
#[derive(Debug)]
pub struct Matrix {
    database: Connection,
    places: usize,
    values: usize,
    lost: Vec<String>,
}

type Came<T> = Result<T, String>;

impl Matrix {
    /// Nothing tried.
    ///
    /// # Errors
    /// SQLite.
    pub fn new() -> rusqlite::Result<Self> {
        Ok(Self { database: Connection::open_in_memory()?, places: 0, values: 0, lost: Vec::new() })
    }

    /// Every value of a type at every place.
    pub fn check<T: Sample>(&mut self, name: &str) {
        self.each::<T>(name, "inside JSON", doors::json);
        self.each::<T>(name, "an argument", doors::argument);
        self.each::<T>(name, "a result", doors::result);
        self.each::<T>(name, "a body", doors::body);
        self.each::<T>(name, "a setting", doors::setting);
        if T::CAN.text {
            self.each::<T>(name, "a query", doors::query);
        }
        self.columns::<T>(
            name,
            "a column",
            &[Column::of::<T>("value")],
            |value| Ok(vec![sql(value.to_sql())?]),
            |mut row| T::from_sql(row.remove(0)),
        );
        self.columns::<T>(name, "an item", T::COLUMNS, doors::row, doors::item);
        // A kept reply is JSON in a column of text.
        let reply = [Column { name: "reply", kind: Kind::Text, nullable: false }];
        self.columns::<T>(
            name,
            "a kept reply",
            &reply,
            |value| Ok(vec![SqlValue::Text(sql(json(value))?)]),
            |mut row| match row.remove(0) {
                SqlValue::Text(text) => doors::read(serde_json(&text)?),
                other => Err(format!("{other:?}")),
            },
        );
        if T::CAN.key {
            self.key::<T>(name);
        }
    }

    /// The values as what an error carries.
    pub fn error<E: DurableError + PartialEqBits>(&mut self, name: &str, errors: impl Fn() -> Vec<E>) {
        self.places += 1;
        for (error, again) in errors().into_iter().zip(errors()) {
            self.values += 1;
            match doors::error(error) {
                Ok(came) if came.same_bits(&again) => {}
                Ok(_) => self.lose(name, "an error's data", "came back as something else"),
                Err(why) => self.lose(name, "an error's data", &why),
            }
        }
    }

    fn each<T: Sample>(&mut self, name: &str, place: &str, through: impl Fn(&T) -> Came<T>) {
        self.places += 1;
        for (n, value) in T::samples().iter().enumerate() {
            self.values += 1;
            match through(value) {
                Ok(came) if came.same(value) => {}
                Ok(_) => self.lose(name, place, &format!("sample {n} came back as something else: {}", shown(value))),
                Err(why) => self.lose(name, place, &format!("sample {n}, {}: {why}", shown(value))),
            }
        }
    }

    /// Through a table, and from it once more: what was read is stored as it was, or a wake would write rows.
    fn columns<T: Sample>(
        &mut self,
        name: &str,
        place: &str,
        columns: &[Column],
        write: impl Fn(&T) -> Came<Vec<SqlValue>>,
        read: impl Fn(Vec<SqlValue>) -> Came<T>,
    ) {
        self.places += 1;
        let definitions: Vec<String> = columns.iter().map(Column::definition).collect();
        let create = format!("CREATE TABLE t (_key INTEGER PRIMARY KEY, {})", definitions.join(", "));
        for (n, value) in T::samples().iter().enumerate() {
            self.values += 1;
            let came = self.fresh(&create).and_then(|()| {
                let row = write(value)?;
                let stored = self.through(columns, &row)?;
                if stored != row {
                    return Err(format!("{row:?} was stored as {stored:?}"));
                }
                let came = read(stored)?;
                if write(&came)? == row { Ok(came) } else { Err("reading it is a change".into()) }
            });
            match came {
                Ok(came) if came.same(value) => {}
                Ok(_) => self.lose(name, place, &format!("sample {n} came back as something else: {}", shown(value))),
                Err(why) => self.lose(name, place, &format!("sample {n}, {}: {why}", shown(value))),
            }
        }
    }

    /// As keys of a map: each finds its own row, and they are as many as there are values.
    fn key<T: Sample>(&mut self, name: &str) {
        self.places += 1;
        let key = Column { name: "_key", kind: T::KIND, nullable: false };
        let rowid = if T::KIND.storage_class() == "INTEGER" { "" } else { " WITHOUT ROWID" };
        let create = format!("CREATE TABLE t ({} PRIMARY KEY, n INTEGER){rowid}", key.definition());
        let tried = self.fresh(&create).and_then(|()| {
            for (n, value) in T::samples().iter().enumerate() {
                let n = i64::try_from(n).map_err(|error| error.to_string())?;
                let parameters = [bound(&sql(value.to_sql())?), Value::Integer(n)];
                self.database.execute("INSERT INTO t VALUES (?, ?)", parameters).map_err(|error| error.to_string())?;
            }
            for (n, value) in T::samples().iter().enumerate() {
                let select = format!("SELECT {}, n FROM t WHERE _key = ?", key.selected());
                let read = |row: &rusqlite::Row<'_>| Ok((unbound(row.get_ref(0)?, T::KIND), row.get::<_, i64>(1)?));
                let found = self.database.query_row(&select, [bound(&sql(value.to_sql())?)], read);
                let (stored, place) = found.map_err(|error| format!("sample {n} is not found: {error}"))?;
                let came = T::from_sql(stored)?;
                if usize::try_from(place) != Ok(n) || !came.same(value) {
                    return Err(format!("sample {n} finds the row of {place}"));
                }
            }
            Ok(())
        });
        self.values += T::samples().len();
        if let Err(why) = tried {
            self.lose(name, "a key", &why);
        }
    }

    fn fresh(&self, create: &str) -> Came<()> {
        self.database
            .execute_batch(&format!("DROP TABLE IF EXISTS t; {create}"))
            .map_err(|error| format!("{create}: {error}"))
    }

    fn through(&self, columns: &[Column], row: &[SqlValue]) -> Came<Vec<SqlValue>> {
        let list = |write: fn(&Column) -> String| columns.iter().map(write).collect::<Vec<_>>().join(", ");
        let (names, marks) = (list(|column| format!("\"{}\"", column.name)), vec!["?"; row.len()].join(", "));
        let text = |error: rusqlite::Error| error.to_string();
        self.database
            .execute(&format!("INSERT INTO t ({names}) VALUES ({marks})"), params_from_iter(row.iter().map(bound)))
            .map_err(text)?;
        let read = |row: &rusqlite::Row<'_>| {
            columns.iter().enumerate().map(|(n, column)| Ok(unbound(row.get_ref(n)?, column.kind))).collect()
        };
        self.database.query_row(&format!("SELECT {} FROM t", list(Column::selected)), [], read).map_err(text)
    }

    fn lose(&mut self, name: &str, place: &str, why: &str) {
        self.lost.push(format!("{name} as {place}: {why}"));
    }

    /// How many places held their types, in a line.
    ///
    /// # Errors
    /// What was lost.
    pub fn finish(self) -> Result<String, String> {
        let tried = format!("{} combinations of a type and a place, {} values", self.places, self.values);
        if self.lost.is_empty() {
            return Ok(tried);
        }
        let mut text = format!("{tried}, lost {}:\n", self.lost.len());
        for lost in self.lost.iter().take(50) {
            let _ = writeln!(text, "  {lost}"); // writing to a String cannot fail
        }
        Err(text)
    }
}

/// Whether two errors are one, to the last bit.
pub trait PartialEqBits {
    /// Whether they are.
    fn same_bits(&self, other: &Self) -> bool;
}

fn json<T: Durable>(value: &T) -> Result<String, durably::Error> {
    durably::__private::to_json(value)
}

fn serde_json(text: &str) -> Came<durably::__private::Value> {
    text.parse().map_err(|error| format!("{error}"))
}

fn shown<T: Durable>(value: &T) -> String {
    json(value).unwrap_or_else(|error| error.to_string())
}

fn sql<T>(value: Result<T, durably::Error>) -> Came<T> {
    value.map_err(|error| error.to_string())
}

fn bound(value: &SqlValue) -> Value {
    match value {
        SqlValue::Null => Value::Null,
        SqlValue::Integer(value) => Value::Integer(*value),
        SqlValue::Real(value) => Value::Real(*value),
        SqlValue::Text(text) => Value::Text(text.clone()),
        SqlValue::Blob(bytes) => Value::Blob(bytes.clone()),
    }
}

fn unbound(value: ValueRef<'_>, kind: Kind) -> SqlValue {
    match value {
        ValueRef::Null => SqlValue::Null,
        ValueRef::Integer(value) => SqlValue::Integer(value),
        ValueRef::Real(value) => SqlValue::Real(value),
        ValueRef::Text(text) => {
            let text = String::from_utf8_lossy(text).into_owned();
            // 64 bits are read as text, as the platform's storage hands them over.
            match (kind, text.parse()) {
                (Kind::Wide, Ok(wide)) => SqlValue::Integer(wide),
                _ => SqlValue::Text(text),
            }
        }
        ValueRef::Blob(bytes) => SqlValue::Blob(bytes.to_vec()),
    }
}
