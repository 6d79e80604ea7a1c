//! Configuration where the platform does not play along: variables that are no text, KV that is slow, out or silent.

use std::thread;
use std::time::{Duration, Instant};

use durably_workerd_tests::fixture::Fixture;
use serde_json::{Value, json};

const KEY: &str = "settings";

fn weather(fixture: &Fixture, what: &Value) -> Vec<String> {
    let log = fixture.drive("kv", what);
    log.as_array().into_iter().flatten().filter_map(|line| line.as_str().map(str::to_owned)).collect()
}

fn greeting(fixture: &Fixture) -> Value {
    fixture.server.get("/web/settings").send().is(200).json()["greeting"].clone()
}

#[test]
fn a_variable_is_read_whatever_toml_makes_of_it() {
    let fixture = Fixture::own();
    let tuning = fixture.server.get("/web/tuning").send().is(200).json();
    let wanted =
        json!({ "minutes": 45, "loud": true, "ratio": 2.0, "corner": { "x": 1, "y": 2.5 }, "tags": ["a", "b"] });
    assert_eq!(tuning, wanted);
    // An application that reads them itself has their text, and none of what is no variable.
    let texts = [
        ("GREETING", json!("hello")),
        ("MINUTES", json!("45")),
        ("LOUD", json!("true")),
        ("CORNER", json!("{\"x\":1,\"y\":2.5}")),
        ("NOWHERE", Value::Null),
        ("PROBE", Value::Null),
        ("toString", Value::Null),
    ];
    for (name, text) in texts {
        assert_eq!(fixture.server.get(&format!("/web/variables/{name}")).send().is(200).json(), text, "{name}");
    }
}

#[test]
fn calls_of_one_caller_stay_in_order_while_the_configuration_is_loaded() {
    let fixture = Fixture::own();
    let vault = fixture.object("Vault", "in order");
    let burst = |delays: &[u32], steps: Vec<Value>| {
        weather(&fixture, &json!({ "delays": delays }));
        let answers = fixture.drive("burst", &Value::Array(steps));
        (answers, weather(&fixture, &json!({})))
    };
    // Cold: nothing is loaded yet, and the first to ask waits longest.
    let mut steps = vec![vault.step("open", &json!(["ada", 100, null]))];
    steps.extend((1..=6).map(|worth| vault.step("put", &json!([{ "worth": worth }]))));
    let (answers, asked) = burst(&[300, 250, 200, 150, 100, 50, 10, 5], steps);
    let seqs: Vec<Value> = (2..=7).map(|seq| json!({ "ok": seq })).collect();
    assert_eq!(answers.as_array().map(|answers| &answers[1..]), Some(&seqs[..]), "{answers}");
    let coins = vault.dump()["tables"]["coins"]["rows"].clone();
    let worths: Vec<String> = (1..=6).map(|worth| format!("{}, '{worth:020}', NULL", worth + 1)).collect();
    assert_eq!(
        coins.as_array().map(|rows| &rows[1..]),
        Some(&json!(worths).as_array().cloned().unwrap_or_default()[..])
    );
    // Each configuration was asked for once.
    assert_eq!(asked.iter().filter(|line| line.starts_with("get settings")).count(), 1, "{asked:?}");
    assert_eq!(asked.iter().filter(|line| line.starts_with("get tuning")).count(), 1, "{asked:?}");
}

#[test]
fn a_slow_refresh_does_not_bring_the_old_copy_back() {
    let fixture = Fixture::own();
    // The first to ask reads the old document, and is told late; meanwhile an operator changes it.
    weather(&fixture, &json!({ "delays": [1500] }));
    let url = fixture.server.get("/web/settings");
    let slow = thread::spawn(move || url.send().is(200).json());
    thread::sleep(Duration::from_millis(300));
    let changed = fixture.server.request("PATCH", "/web/settings").json(&json!({ "greeting": "new" })).send();
    assert_eq!(changed.is(200).json()["greeting"], "new");
    assert_eq!(greeting(&fixture), "new");
    let _ = slow.join();
    assert_eq!(greeting(&fixture), "new", "the refresh that began before the change came after it");
}

#[test]
fn a_change_that_took_effect_is_reported_as_one() {
    let fixture = Fixture::own();
    let patch =
        |greeting: &str| fixture.server.request("PATCH", "/web/settings").json(&json!({ "greeting": greeting })).send();
    patch("first").is(200);
    let from = fixture.server.console().len();
    weather(&fixture, &json!({ "fail": [format!("put {KEY}.last_good")] }));
    assert_eq!(patch("second").is(200).json()["greeting"], "second");
    fixture.server.says(from, &["Settings", "last good"]);
    weather(&fixture, &json!({}));
    assert_eq!(greeting(&fixture), "second");
    // One that did not is an error, and holds nowhere.
    weather(&fixture, &json!({ "fail": [format!("put {KEY}")] }));
    patch("third").problem(503, "config_unavailable");
    weather(&fixture, &json!({}));
    assert_eq!(greeting(&fixture), "second");
}

#[test]
fn an_outage_is_not_called_a_bad_document_nor_the_reverse() {
    let mut fixture = Fixture::own();
    let out = json!({ "fail": [format!("get {KEY}")] });
    weather(&fixture, &out);
    let from = fixture.server.console().len();
    let problem = fixture.server.get("/web/settings").send().problem(503, "config_unavailable");
    assert!(!problem.to_string().contains("as asked"), "{problem}");
    fixture.server.says(from, &["Settings", "KV", "as asked"]);
    weather(&fixture, &json!({}));
    assert_eq!(greeting(&fixture), "hello");
    fixture.server.down();
    for bad in ["{not json", r#"{"greeting":"a","greeting":"b"}"#, r#"{"most_coins":0}"#] {
        fixture.server.kv_put("SETTINGS", KEY, bad);
        fixture.server.up();
        fixture.server.get("/web/settings").send().problem(503, "config");
        fixture.server.down();
    }
}

#[test]
fn nobody_waits_for_ever_for_kv() {
    let fixture = Fixture::own();
    weather(&fixture, &json!({ "hold": [format!("get {KEY}")] }));
    let began = Instant::now();
    fixture.server.get("/web/settings").send().problem(503, "config_unavailable");
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
}
