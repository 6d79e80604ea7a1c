//! A savepoint that failed, and what was before it can't be given back.
#![allow(clippy::unwrap_used, clippy::panic, reason = "the hands of tests: what goes wrong in them fails the test")]

use durably::host::{Database, Instance};
use durably::planted::{Plant, plant};
use fixture::brittle::{Brittle, mend};
use serde_json::{Value, json};

fn call(object: &Instance<Brittle>, method: &str, arguments: Vec<Value>) -> Result<Value, String> {
    match object.call(method, arguments, None) {
        Ok(text) => Ok(serde_json::from_str(&text).unwrap()),
        Err(fail) => Err(fail.code().to_owned()),
    }
}

fn brittle() -> (Database, Instance<Brittle>) {
    let database = Database::new("0".repeat(64), None).unwrap();
    let object = Instance::new(&database);
    assert_eq!(call(&object, "spare", vec![json!(false), json!(false)]), Ok(json!("platform")));
    assert_eq!(call(&object, "seen", vec![]), Ok(json!(["", 1, null])));
    (database, object)
}

/// Memory is not what it was, whatever the handler makes of the error: nothing of the call is kept.
#[test]
fn what_cannot_be_restored_is_not_kept() {
    for around in [false, true] {
        let (database, object) = brittle();
        assert_eq!(call(&object, "spare", vec![json!(true), json!(around)]), Err("unreadable".into()));
        assert_eq!(call(&object, "seen", vec![]), Ok(json!(["", 1, null])), "around: {around}");
        assert_eq!(call(&Instance::new(&database), "seen", vec![]), Ok(json!(["", 1, null])));
        // And the next call is as any other.
        assert_eq!(call(&object, "spare", vec![json!(false), json!(around)]), Ok(json!("platform")));
        assert_eq!(call(&object, "seen", vec![]), Ok(json!(["", 2, null])));
    }
}

/// The same of a whole call: the next one reads what is stored, and says so while it can't.
#[test]
fn what_was_committed_is_read_again() {
    let (_, object) = brittle();
    assert_eq!(call(&object, "fall", vec![]), Err("platform".into()));
    assert_eq!(call(&object, "seen", vec![]), Err("unreadable".into()));
    mend();
    assert_eq!(call(&object, "seen", vec![]), Ok(json!(["", 1, null])));
}

#[test]
fn a_transaction_that_is_kept_all_the_same_is_found() {
    let (_, object) = brittle();
    plant(Some(Plant::UnrestoredIsKept));
    let kept = call(&object, "spare", vec![json!(true), json!(false)]);
    plant(None);
    assert_eq!(kept, Ok(json!("unreadable")));
    assert_eq!(call(&object, "seen", vec![]), Ok(json!(["changed", 102, null])));
}
