//! What calls cost: rows written, summed over every cursor and every `setAlarm`, and rows read. Cloudflare bills them.

use durably_workerd_tests::fixture::{Cost, Fixture, Object};
use serde_json::{Value, json};

fn entry(text: &str) -> Value {
    json!([{ "kind": "incoming", "text": text }])
}

/// An object with a row in its state and in its log, awake.
fn tally(name: &str) -> Object<'static> {
    let tally = Fixture::shared().object("Tally", name);
    tally.call("bump", &json!([]));
    tally.call("append", &entry("first"));
    tally
}

#[track_caller]
fn costs(cost: &Cost, written: u64, read: u64) {
    assert_eq!((cost.written, cost.read), (written, read), "rows written and read by {:#}", cost.statements);
}

#[test]
fn the_first_change_makes_the_table() {
    let tally = Fixture::shared().object("Tally", "first change");
    tally.call("look", &json!([]));
    assert_eq!(tally.dump()["tables"]["durably_state"], Value::Null, "reading makes no table");
    // CREATE TABLE 2, INSERT 1.
    let cost = tally.metered("bump", &json!([]));
    assert_eq!(cost.written, 3, "{:#}", cost.statements);
    let cost = Fixture::shared().object("Tally", "first append").metered("append", &entry("first"));
    // The log's table and the state's, a row each.
    assert_eq!(cost.written, 6, "{:#}", cost.statements);
}

#[test]
fn a_change_is_one_row_however_many_columns() {
    let tally = tally("steady");
    costs(&tally.metered("bump", &json!([])), 1, 1);
    costs(&tally.metered("bump_all", &json!([])), 1, 1);
}

#[test]
fn no_change_is_nothing() {
    let tally = tally("nothing");
    costs(&tally.metered("touch", &json!([])), 0, 0);
    costs(&tally.metered("look", &json!([])), 0, 0);
}

#[test]
fn an_append_is_one_row() {
    let tally = tally("append");
    let cost = tally.metered("append", &entry("steady"));
    costs(&cost, 1, 1);
    assert_eq!(cost.reply, json!({ "seq": 2 }));
}

#[test]
fn an_append_with_an_idempotency_key_is_two() {
    let tally = tally("keyed");
    let envelope = |key: &str, text: &str| {
        json!([json!({ "v": 1, "method": "append", "args": entry(text), "rev": 1, "key": key }).to_string()])
    };
    tally.call("__durably", &envelope("first", "makes the table"));
    let cost = tally.metered("__durably", &envelope("second", "steady"));
    costs(&cost, 2, 4);
    assert_eq!(cost.reply, json!(r#"{"ok":{"seq":3}}"#));
    // Again: the kept answer, which is read.
    let again = tally.metered("__durably", &envelope("second", "steady"));
    costs(&again, 0, 3);
    assert_eq!(again.reply, cost.reply);
    let other = tally.metered("__durably", &envelope("second", "other"));
    costs(&other, 0, 3);
    assert!(other.reply.to_string().contains("idempotency_mismatch"), "{}", other.reply);
}

#[test]
fn the_first_append_after_a_wake_reads_the_state() {
    let tally = tally("woken");
    tally.forget();
    costs(&tally.metered("append", &entry("woken")), 1, 2);
    costs(&tally.metered("append", &entry("steady")), 1, 1);
}

#[test]
fn a_map_writes_what_changes() {
    let tally = tally("map");
    // The table: 2. Its row: 1.
    let cost = tally.metered("mark", &json!(["a", "1"]));
    assert_eq!(cost.written, 3, "{:#}", cost.statements);
    costs(&tally.metered("mark", &json!(["b", "1"])), 1, 0);
    costs(&tally.metered("mark", &json!(["b", "1"])), 0, 0);
    costs(&tally.metered("mark", &json!(["b", "2"])), 1, 0);
    costs(&tally.metered("unmark", &json!(["b"])), 1, 2);
    costs(&tally.metered("unmark", &json!(["b"])), 0, 1);
}
