//! Stored objects that are not as durably writes them, or that may only be written by newer code: refused, and left alone.
#![allow(clippy::unwrap_used, clippy::panic, reason = "the hands of tests: what goes wrong in them fails the test")]

use durably::host::{Database, Instance};
use durably_host_tests::programs::{Engine, Place, Program, Step};
use durably_host_tests::world::json;
use serde_json::{Value, json};

fn push(text: &str) -> Vec<Value> {
    vec![json(&Program { steps: vec![Step::Push(Place::First, text.into()), Step::Number(7)], tolerant: false })]
}

/// An engine with a row and a line, changed behind durably's back.
fn changed(sql: &str) -> Database {
    let database = Database::new("0".repeat(64), None).unwrap();
    Instance::<Engine>::new(&database).call("run", push("kept"), None).unwrap();
    database.connection().execute_batch(sql).unwrap();
    database
}

fn dump(database: &Database) -> Vec<String> {
    let connection = database.connection();
    let mut tables = connection.prepare("SELECT name, sql FROM sqlite_master ORDER BY name").unwrap();
    let tables = tables.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?))).unwrap();
    let mut lines = Vec::new();
    for (name, definition) in tables.map(Result::unwrap) {
        lines.push(format!("{name}: {definition:?}"));
        let mut rows = connection.prepare(&format!("SELECT * FROM {name}")).unwrap();
        let width = rows.column_count();
        let rows = rows.query_map([], |row| (0..width).map(|i| row.get::<_, rusqlite::types::Value>(i)).collect());
        lines.extend(rows.unwrap().map(|row: rusqlite::Result<Vec<_>>| format!("{:?}", row.unwrap())));
    }
    lines
}

#[track_caller]
fn refused(sql: &str, code: &str, text: &str) {
    let database = changed(sql);
    let before = dump(&database);
    let object = Instance::<Engine>::new(&database);
    for (method, arguments) in [("contents", Vec::new()), ("run", push("lost")), ("contents", Vec::new())] {
        match object.call(method, arguments, None) {
            Err(fail) => {
                let error = fail.durably().unwrap();
                assert_eq!(error.code(), code, "{sql}: {error}");
                assert!(error.to_string().contains(text), "{sql}: {error}");
            }
            answer => panic!("{sql}: {method} answered {answer:?}"),
        }
        assert_eq!(dump(&database), before, "{sql}: {method} changed what is stored");
    }
}

#[test]
fn a_table_without_a_state_row_is_damage() {
    refused("DROP TABLE durably_state", "damaged", "it has a table `lines` and no `durably_state`");
    refused("DELETE FROM durably_state", "damaged", "`durably_state` has 0 rows in place of one");
}

#[test]
fn another_writer_is_refused() {
    refused("UPDATE durably_state SET _writer = 2", "shape_mismatch", "revision 2,");
    refused("UPDATE durably_state SET _writer = 0", "shape_mismatch", "revision 0,");
    refused("UPDATE durably_state SET _writer = 'newer'", "damaged", "newer");
}

#[test]
fn another_revision_or_hash_is_refused() {
    refused("UPDATE durably_state SET _revision = 3", "shape_mismatch", "revision 3,");
    refused("UPDATE durably_state SET _hash = '00000000000000aa'", "shape_mismatch", "00000000000000aa");
    refused("UPDATE durably_state SET _hash = 'none'", "damaged", "`_hash` is \"none\"");
    refused("ALTER TABLE durably_state DROP COLUMN number", "sql", "number");
    refused("UPDATE durably_state SET number = 'x'", "unreadable", "`durably_state.number`");
}

/// An async method keeps its answer, though the object has nothing to store: that is no damage.
#[test]
fn a_kept_answer_alone_is_no_damage() {
    let database = Database::new("0".repeat(64), None).unwrap();
    let drive = |acts| Instance::<Engine>::new(&database).call("drive", vec![acts], Some("key"));
    assert_eq!(drive(json!([])).unwrap(), "[]");
    assert_eq!(drive(json!([])).unwrap(), "[]");
    assert_eq!(drive(json!(["fail"])).unwrap_err().code(), "idempotency_mismatch");
    let object = Instance::<Engine>::new(&database);
    assert!(object.call("contents", vec![], None).is_ok());
    object.call("run", push("a"), Some("key")).unwrap();
    assert_eq!(object.call("run", push("a"), Some("key")).unwrap(), "[\"1\",\"done\"]", "once, and the same answer");
}
