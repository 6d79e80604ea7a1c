//! Exceptions of JS that come through frames of Rust: nothing that those held is dropped, so the instance must not go on.

use std::sync::{Mutex, PoisonError};

use durably_workerd_tests::fixture::{Fixture, Object, assert_error};
use serde_json::{Value, json};

/// Every place in which a handler may fail.
const PLACES: [&str; 6] = ["read", "write", "savepoint", "spared", "after", "later"];

/// After it, the object does what it did before, and has what it had.
#[track_caller]
fn unharmed(probe: &Object<'_>, seen: &Value) {
    assert_eq!(probe.call("seen", &json!([])), *seen);
    let count = seen["count"].as_i64().unwrap_or_default();
    assert_eq!(probe.call("work", &json!([])), json!(count + 1));
    probe.forget();
    assert_eq!(probe.call("seen", &json!([]))["count"], json!(count + 1));
}

/// Each ends the one instance that all objects of the fixture share.
static ALONE: Mutex<()> = Mutex::new(());

fn thrown(fault: &str, text: &str) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let fixture = Fixture::shared();
    for place in PLACES {
        let probe = fixture.object("Probe", format!("{fault} in {place}"));
        probe.call("work", &json!([]));
        let seen = probe.call("seen", &json!([]));
        let answer = probe.attempt(place, &json!([fault]));
        assert!(answer.get("hung").is_none(), "{fault} in {place}: the caller waits for ever");
        assert_error(&answer, "panicked");
        assert!(answer.to_string().contains(text), "{fault} in {place}: {answer}");
        unharmed(&probe, &seen);
    }
}

#[test]
fn a_range_error_leaves_nothing_borrowed() {
    thrown("range", "Invalid time value");
}

#[test]
fn an_exception_leaves_nothing_borrowed() {
    thrown("thrown", "thrown by JS");
}
