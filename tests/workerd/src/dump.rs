//! Objects as they lie on the disk.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use crate::Server;

/// All that the storage of one object holds: each table's definition and rows, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dump {
    tables: BTreeMap<String, Table>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Table {
    sql: String,
    rows: Vec<String>,
}

impl Dump {
    /// The rows of a table, each as `column=literal, …`; none if there is no such table.
    pub fn rows(&self, table: &str) -> &[String] {
        self.tables.get(table).map_or(&[], |table| &table.rows)
    }

    /// The names of the tables.
    pub fn tables(&self) -> Vec<&str> {
        self.tables.keys().map(String::as_str).collect()
    }

    fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let mut listed =
            connection.prepare("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name")?;
        let listed =
            listed.query_map([], |row| Ok((row.get(0)?, row.get::<_, Option<String>>(1)?.unwrap_or_default())))?;
        let mut tables = BTreeMap::new();
        for table in listed {
            let (name, sql): (String, String) = table?;
            let rows = rows(connection, &name)?;
            tables.insert(name, Table { sql, rows });
        }
        Ok(Self { tables })
    }
}

fn rows(connection: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(&format!("SELECT * FROM \"{table}\""))?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let row = |row: &rusqlite::Row<'_>| {
        let cells: rusqlite::Result<Vec<String>> =
            columns.iter().enumerate().map(|(at, name)| Ok(format!("{name}={}", literal(row.get_ref(at)?)))).collect();
        Ok(cells?.join(", "))
    };
    let mut rows = statement.query_map([], row)?.collect::<rusqlite::Result<Vec<_>>>()?;
    rows.sort();
    Ok(rows)
}

fn literal(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "NULL".into(),
        ValueRef::Integer(value) => value.to_string(),
        ValueRef::Real(value) => format!("{value:?}"),
        ValueRef::Text(text) => format!("{:?}", String::from_utf8_lossy(text)),
        ValueRef::Blob(bytes) => format!("x'{}'", hex(bytes)),
    }
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // a String takes everything
        text
    })
}

impl fmt::Display for Dump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, Table { sql, rows }) in &self.tables {
            writeln!(f, "{name}: {sql}")?;
            rows.iter().try_for_each(|row| writeln!(f, "  {row}"))?;
        }
        Ok(())
    }
}

impl Server {
    /// The ids of a class's objects that have storage, sorted. An object that was woken has, also if it wrote nothing.
    pub fn ids(&self, class: &str) -> Vec<String> {
        let listed = self.class_folder(class).and_then(|folder| fs::read_dir(folder).ok());
        let names = listed.into_iter().flatten().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut ids: Vec<String> = names.filter_map(|name| Some(name.strip_suffix(".sqlite")?.to_owned())).collect();
        ids.retain(|id| id != "metadata");
        ids.sort();
        ids
    }

    /// The SQLite file of an object.
    pub fn file(&self, class: &str, id: &str) -> PathBuf {
        self.class_folder(class).unwrap_or_default().join(format!("{id}.sqlite"))
    }

    /// What an object's storage holds. Reads a copy: neither a running workerd nor the file notices.
    pub fn dump(&self, class: &str, id: &str) -> Dump {
        let file = self.file(class, id);
        read_copy(&file).unwrap_or_else(|error| panic!("{} can't be read: {error}", file.display()))
    }

    /// The dumps of all objects of a class, by id.
    pub fn dumps(&self, class: &str) -> BTreeMap<String, Dump> {
        self.ids(class).into_iter().map(|id| (id.clone(), self.dump(class, &id))).collect()
    }

    /// An object's database, to be changed. Only while the server is down.
    pub fn open(&self, class: &str, id: &str) -> Connection {
        assert!(!self.is_up(), "a database is only opened while nobody serves it");
        let file = self.file(class, id);
        Connection::open_with_flags(&file, OpenFlags::SQLITE_OPEN_READ_WRITE)
            .unwrap_or_else(|error| panic!("{} can't be opened: {error}", file.display()))
    }

    /// miniflare keeps a class in `v3/do/<worker>-<class>`.
    fn class_folder(&self, class: &str) -> Option<PathBuf> {
        let mut all = fs::read_dir(self.state().join("v3/do")).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
        all.find(|path| path.to_string_lossy().ends_with(&format!("-{class}")))
    }
}

fn read_copy(file: &Path) -> Result<Dump, Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let copy = folder.path().join("copy.sqlite");
    let log = |file: &Path| PathBuf::from(format!("{}-wal", file.display()));
    // The log before the database: what is moved from one to the other meanwhile is then in both.
    match fs::copy(log(file), log(&copy)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => fs::copy(file, &copy)?,
    };
    Ok(Dump::read(&Connection::open(&copy)?)?)
}
