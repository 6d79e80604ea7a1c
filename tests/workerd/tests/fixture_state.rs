//! States and collections: what is kept, what is undone, what is refused.

use durably_workerd_tests::fixture::{Fixture, Object};
use serde_json::{Value, json};

fn lines(drawers: &Object<'_>) -> Vec<String> {
    let contents = drawers.call("contents", &json!([]));
    let lines = contents["lines"].as_array().cloned().unwrap_or_default();
    lines.iter().map(|line| line[1].as_str().unwrap_or_default().to_owned()).collect()
}

/// A call that fails, and leaves storage and memory as they were.
#[track_caller]
fn refused(object: &Object<'_>, method: &str, args: &Value, code: &str) -> Value {
    let before = (object.dump(), object.call(look(object), &json!([])));
    let error = object.fails(method, args, code);
    assert_eq!(object.dump(), before.0, "{method} changed the storage");
    assert_eq!(object.call(look(object), &json!([])), before.1, "{method} changed memory");
    error
}

fn look(object: &Object<'_>) -> &'static str {
    match object.class() {
        "Drawers" => "contents",
        "Probe" => "seen",
        _ => "show",
    }
}

#[test]
fn keys_of_every_kind() {
    let drawers = Fixture::shared().object("Drawers", "keys");
    let seen = drawers.call("keys", &json!([]));
    assert_eq!(
        seen,
        json!([
            "true",
            "Some(18446744073709551615)",
            "Some(\"bytes\") Some(\"none\")",
            "Some([1, 2]) None",
            "[7, 255] [7]",
            "true false"
        ])
    );
}

/// Numbers without a sign are text in SQLite, which sorts as the numbers do; those with one are its own.
#[test]
fn maps_are_in_the_order_of_their_keys() {
    let drawers = Fixture::shared().object("Drawers", "order");
    let big = |number: &str| json!({ "$big": number });
    for key in [json!(10), json!(-1), big("9223372036854775807"), json!(2), big("-9223372036854775808")] {
        drawers.call("put_signed", &json!([key, key.to_string()]));
    }
    let corner = json!({ "x": -3, "y": 0.1 });
    for key in [json!(10), big("18446744073709551615"), json!(9)] {
        drawers.call("put_unsigned", &json!([key, corner]));
    }
    for name in ["b", "a\u{0}b", "ä", "a"] {
        drawers.call("put_named", &json!([name, { "circle": 1.5 }]));
    }
    let contents = drawers.call("contents", &json!([]));
    let keys =
        |map: &str| contents[map].as_array().into_iter().flatten().map(|entry| entry[0].clone()).collect::<Vec<_>>();
    assert_eq!(
        keys("signed"),
        [big("-9223372036854775808"), json!(-1), json!(2), json!(10), big("9223372036854775807")]
    );
    assert_eq!(keys("unsigned"), [json!(9), json!(10), big("18446744073709551615")]);
    assert_eq!(keys("named"), ["a", "a\u{0}b", "b", "ä"]);
    assert_eq!(contents["unsigned"][0][1], corner);
}

#[test]
fn collections_are_not_exchanged() {
    let drawers = Fixture::shared().object("Drawers", "swap");
    drawers.call("push_line", &json!(["kept"]));
    refused(&drawers, "swap", &json!([]), "wrong_collection");
    let error = refused(&drawers, "replace", &json!([]), "wrong_collection");
    // A row for a collection that no object will ever have.
    refused(&drawers, "replace", &json!(["after"]), "detached");
    assert!(error["message"].as_str().is_some_and(|text| text.contains("`lines` of Drawers")), "{error}");
    drawers.call("swap_twice", &json!([]));
    assert_eq!(lines(&drawers), ["kept"]);
    assert_eq!(drawers.dump()["tables"]["other_lines"]["rows"], json!(["1, 'into the other table'"]));
}

#[test]
fn numbers_that_are_none_are_refused() {
    let cabinet = Fixture::shared().object("Cabinet", "nan");
    cabinet.call("divide", &json!([2]));
    let error = refused(&cabinet, "divide", &json!([0]), "unstorable");
    assert!(error["message"].as_str().is_some_and(|text| text.contains("a_f64")), "{error}");
}

#[test]
fn rows_beyond_the_platforms_limit_are_refused_before_they_are_written() {
    let drawers = Fixture::shared().object("Drawers", "large");
    drawers.call("push_line", &json!(["kept"]));
    let error = refused(&drawers, "push_long", &json!([2_000_001]), "too_large");
    assert_eq!(error["own"]["status"], 413);
    refused(&drawers, "label_long", &json!([2_000_001]), "too_large");
    drawers.call("push_long", &json!([2_000_000]));
    drawers.call("label_long", &json!([1_999_000]));
    // A page ends before its 1 MiB is full, and has one item at least.
    let page = drawers.call("lines_after", &json!([0, 10]));
    assert_eq!(page, json!([[[1, "kept"]], 1]));
    let page = drawers.call("lines_after", &json!([1, 10]));
    assert_eq!((page[0][0][1].as_str().map(str::len), &page[1]), (Some(2_000_000), &json!(null)));
    assert_eq!(drawers.call("label", &json!([])).as_str().map(str::len), Some(1_999_000));
}

/// What could be written but never read again.
#[test]
fn values_that_are_too_deep_are_refused() {
    let probe = Fixture::shared().object("Probe", "deep");
    // A struct and a field in it: two lists or objects a level and a half of them for `left`.
    probe.call("deepen", &json!([100]));
    refused(&probe, "deepen", &json!([127]), "unstorable");
    probe.forget();
    probe.call("seen", &json!([]));
}

/// `let _ = self.log.push(…)`: a statement that failed took nothing else with it.
#[test]
fn a_swallowed_error_keeps_what_was_written() {
    let drawers = Fixture::shared().object("Drawers", "swallow");
    assert_eq!(drawers.call("swallow_too_large", &json!([])), json!(2));
    assert_eq!(lines(&drawers), ["first", "last"]);
    drawers.sql("CREATE TRIGGER refuse BEFORE INSERT ON lines WHEN NEW.value = 'refused' BEGIN SELECT RAISE(ABORT, 'refused'); END");
    assert_eq!(drawers.call("swallow", &json!([["b", "refused", "c"]])), json!([true, false, true]));
    assert_eq!(lines(&drawers), ["first", "last", "b", "c"]);
    assert_eq!(drawers.call("label", &json!([])), "swallowed");
    drawers.forget();
    assert_eq!(lines(&drawers), ["first", "last", "b", "c"]);
    let error = refused(&drawers, "push_line", &json!(["refused"]), "sql");
    assert!(error["message"].as_str().is_some_and(|text| text.contains("SQLITE_CONSTRAINT")), "{error}");
}

#[test]
fn a_savepoint_fails_alone() {
    let drawers = Fixture::shared().object("Drawers", "savepoints");
    let kept = drawers.call("savepoints", &json!([["a", "refuse", "b", "refuse"]]));
    assert_eq!(kept, json!([true, false, true, false]));
    drawers.forget();
    assert_eq!(lines(&drawers), ["a", "b"]);
    assert_eq!(drawers.call("label", &json!([])), "b");
    let notes = drawers.call("contents", &json!([]))["notes"].clone();
    assert_eq!(notes.as_array().map(Vec::len), Some(2), "the inner savepoint goes with the outer one: {notes}");
    let probe = Fixture::shared().object("Probe", "spared");
    assert_eq!(probe.call("spared", &json!(["error"])), json!(1));
    let seen = probe.call("seen", &json!([]));
    assert_eq!(seen["text"], "changed 1 times spared");
    assert_eq!(seen["lines"], json!(["changed 1 times"]));
}

#[test]
fn a_write_inside_of_a_write_is_an_error() {
    let probe = Fixture::shared().object("Probe", "reentrant");
    let outcomes = probe.call("reenter", &json!([]));
    let reentrant = "the state is in use: `write` was called inside another `read` or `write` of the same object";
    assert_eq!(outcomes[1], json!(format!("{reentrant} | done")));
    assert!(outcomes[0].as_str().is_some_and(|text| text.starts_with(reentrant)), "{outcomes}");
    assert_eq!(probe.call("seen", &json!([]))["count"], 1);
}

#[test]
fn a_create_happens_once() {
    let vault = Fixture::shared().object("Vault", "create");
    for (method, args) in
        [("show", json!([])), ("put_many", json!([{ "worth": 1, "text": null }, 1])), ("coins", json!([0, 1]))]
    {
        vault.fails(method, &args, "not_created");
    }
    vault.fails("open", &json!([""]), "nameless");
    vault.fails("open", &json!(["ada", null, "error"]), "asked");
    assert_eq!(vault.dump()["tables"]["coins"], Value::Null, "a create that failed leaves no table");
    vault.call("open", &json!(["ada", 2]));
    vault.fails("open", &json!(["eve"]), "already_created");
    let shown = vault.call("show", &json!([]));
    assert_eq!((&shown["owner"], &shown["size"], &shown["coins"]), (&json!("ada"), &json!(2), &json!(1)));
    assert_eq!(vault.call("put", &json!([{ "worth": { "$big": "18446744073709551615" } }])), json!(2));
    let error = vault.fails("put", &json!([{ "worth": 1 }]), "full");
    assert_eq!(error["own"]["data"], json!({ "count": 2, "size": 2 }));
    vault.forget();
    assert_eq!(vault.call("coin", &json!([1]))["text"], "the first");
    assert_eq!(vault.call("coin", &json!([3])), json!(null));
}

#[test]
fn a_state_in_a_private_module_is_like_any_other() {
    let burrow = Fixture::shared().object("Burrow", "private");
    assert_eq!(burrow.call("turn", &json!([])), "green");
    assert_eq!(burrow.call("turn", &json!([])), "red");
    burrow.forget();
    assert_eq!(burrow.call("visits", &json!([])), json!(2));
}
