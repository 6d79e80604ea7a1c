//! Commits that fail, after they were done or before: nobody is told more than is known, and memory follows storage.
#![allow(clippy::unwrap_used, reason = "the hands of tests: what goes wrong in them fails the test")]

use durably::Outcome;
use durably::host::{Committed, Database, Instance};
use durably_host_tests::programs::{Act, Engine, Machine, Place, Program, Step};
use durably_host_tests::world::json;
use serde_json::{Value, json};

fn database() -> Database {
    Database::new("0".repeat(64), None).unwrap()
}

fn push(text: &str) -> Vec<Value> {
    vec![json(&Program { steps: vec![Step::Push(Place::First, text.into()), Step::Number(7)], tolerant: false })]
}

/// Code and outcome of a call that fails.
macro_rules! told {
    ($object:expr, $method:literal, $arguments:expr, $key:expr) => {{
        let fail = $object.call($method, $arguments, $key).unwrap_err();
        (fail.code().to_owned(), fail.outcome())
    }};
}

fn lines(database: &Database) -> i64 {
    let count = database.connection().query_row("SELECT COUNT(*) FROM lines", [], |row| row.get(0));
    count.unwrap_or(0)
}

#[test]
fn a_lost_commit_is_unknown_and_memory_follows_storage() {
    for (committed, stored) in [(Committed::Kept, 2), (Committed::Lost, 1)] {
        let database = database();
        let object = Instance::<Engine>::new(&database);
        object.call("run", push("first"), None).unwrap();
        database.refuse_commit(committed);
        assert_eq!(told!(object, "run", push("second"), None), ("platform".into(), Outcome::Unknown), "{committed:?}");
        assert_eq!(lines(&database), stored, "{committed:?}");
        let seen = object.call("contents", vec![], None).unwrap();
        assert_eq!(seen, Instance::<Engine>::new(&database).call("contents", vec![], None).unwrap(), "{committed:?}");
        // A later failure is known again: what was unknown was the transaction before.
        database.refuse(true);
        assert_eq!(told!(object, "run", push("third"), None).1, Outcome::NotDone, "{committed:?}");
        object.call("run", push("fourth"), None).unwrap();
        assert_eq!(lines(&database), stored + 1, "{committed:?}");
    }
}

#[test]
fn the_first_commit_of_an_object_is_no_exception() {
    for (committed, created) in [(Committed::Kept, true), (Committed::Lost, false)] {
        let database = database();
        let object = Instance::<Machine>::new(&database);
        database.refuse_commit(committed);
        assert_eq!(told!(object, "create", push("first"), None), ("platform".into(), Outcome::Unknown));
        assert_eq!(object.call("contents", vec![], None).is_ok(), created, "{committed:?}");
        // What is refused before its transaction is known, whatever became of the one before.
        let again = object.call("create", push("first"), None).map_err(|fail| (fail.code().to_owned(), fail.outcome()));
        let refused = created.then(|| ("already_created".to_owned(), Outcome::NotDone));
        assert_eq!(again.err(), refused, "{committed:?}");
        assert_eq!(lines(&database), 1, "{committed:?}");
    }
}

/// The same of a `write`, which finds that there is no object.
#[test]
fn what_was_unknown_says_nothing_of_the_next_write() {
    let database = database();
    let object = Instance::<Machine>::new(&database);
    database.refuse_commit(Committed::Lost);
    assert_eq!(told!(object, "create", push("first"), None).1, Outcome::Unknown);
    assert_eq!(told!(object, "run", push("second"), None), ("not_created".into(), Outcome::NotDone));
}

/// A handler that awaits decides by the error whether to write again: `platform` is `unknown`, `sql` would be `not_done`.
#[test]
fn a_handle_is_told_that_a_lost_commit_is_unknown() {
    for (committed, stored) in [(Committed::Kept, 1), (Committed::Lost, 0)] {
        let database = database();
        let object = Instance::<Engine>::new(&database);
        database.refuse_commit(committed);
        let program = Program { steps: vec![Step::Push(Place::First, "once".into())], tolerant: false };
        let told = object.call("drive", vec![json(&vec![Act::Write(program)])], None).unwrap();
        assert_eq!(told, r#"["platform"]"#, "{committed:?}");
        assert_eq!(lines(&database), stored, "{committed:?}");
    }
}

#[test]
fn with_a_key_the_call_may_be_repeated_after_a_lost_commit() {
    for committed in [Committed::Kept, Committed::Lost] {
        let database = database();
        let object = Instance::<Engine>::new(&database);
        database.refuse_commit(committed);
        assert_eq!(told!(object, "run", push("once"), Some("key")).1, Outcome::Unknown, "{committed:?}");
        for _ in 0..2 {
            object.call("run", push("once"), Some("key")).unwrap();
            assert_eq!(lines(&database), 1, "{committed:?}");
        }
    }
}

/// The work is done: to say less would have it done twice.
#[test]
fn an_answer_that_cannot_be_kept_is_of_work_that_is_done() {
    type Fault = fn(&Database);
    let faults: [(Fault, bool); 3] = [
        (|database| database.refuse(true), false),
        (|database| database.refuse_commit(Committed::Lost), false),
        (|database| database.refuse_commit(Committed::Kept), true),
    ];
    for (n, (fault, kept)) in faults.into_iter().enumerate() {
        let database = database();
        let object = Instance::<Engine>::new(&database);
        fault(&database);
        assert_eq!(told!(object, "drive", vec![json!([])], Some("key")).1, Outcome::Done, "{n}");
        let replies = database.connection().query_row("SELECT COUNT(*) FROM durably_idempotency", [], |row| row.get(0));
        assert_eq!(replies.unwrap_or(0), i64::from(kept), "{n}");
    }
}
