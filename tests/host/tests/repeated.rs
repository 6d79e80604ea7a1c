//! A repeated call is known by its arguments, however they are written.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use durably::Timestamp;
use durably::host::{Database, Instance};
use fixture::shapes::{Shape2, Shape3, Shape4};
use serde_json::{Value, json};

fn database() -> Database {
    Database::new("0".repeat(64), None).unwrap()
}

/// What the second of two calls with one key answers.
macro_rules! again {
    ($class:ty, $method:literal, $first:expr, $second:expr) => {{
        let object = Instance::<$class>::new(&database());
        let array = |value: Value| value.as_array().cloned().unwrap();
        object.call($method, array($first), Some("key")).unwrap();
        object.call($method, array($second), Some("key")).map_err(|fail| fail.code().to_owned())
    }};
}

#[test]
fn null_is_absent_where_it_means_the_same() {
    assert_eq!(again!(Shape2, "keep2", json!([]), json!([null])), Ok("null".into()));
    assert_eq!(again!(Shape2, "keep2", json!([null]), json!([])), Ok("null".into()));
    assert_eq!(again!(Shape2, "keep2", json!([]), json!([5])), Err("idempotency_mismatch".into()));
}

#[test]
fn members_have_no_order() {
    let one = r#"[{"a":1,"b":2}]"#.parse().unwrap();
    let other = r#"[{"b":2,"a":1}]"#.parse().unwrap();
    assert_eq!(again!(Shape4, "keep2", one, other), Ok(r#"{"a":1,"b":2}"#.into()));
    assert_eq!(again!(Shape3, "keep1", json!([{ "7": 1 }]), json!([{ "7": 2 }])), Err("idempotency_mismatch".into()));
}

#[test]
fn two_spellings_of_one_key_are_refused() {
    let object = Instance::<Shape3>::new(&database());
    for key in ["07", "+7", "7.0", " 7", "-0"] {
        let fail = object.call("keep1", vec![json!({ "7": 1, key: 2 })], None).unwrap_err();
        assert_eq!(fail.code(), "bad_arguments", "{key}");
        let why = format!("value.{key}: expected an integer of 64 bits, found the text {key:?}");
        assert!(fail.durably().unwrap().to_string().contains(&why), "{fail:?}");
    }
    // A time has several, of which one object may have one.
    let twice = json!({ "2026-11-17T12:00:00Z": 1, "2026-11-17T12:00:00.000Z": 2 });
    let read = durably::__private::doors::read::<BTreeMap<Timestamp, u8>>(twice).unwrap_err();
    assert!(read.contains("another key has the same value, written differently"), "{read}");
}
