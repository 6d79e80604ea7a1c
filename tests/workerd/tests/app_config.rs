//! The configuration: where values come from, what an operator may write, and what a bad document does.

use std::thread;
use std::time::Duration;

use durably_workerd_tests::chat::{ISSUER, OPERATOR, User, own, turns};
use durably_workerd_tests::{Answer, App, Options, Server};
use serde_json::{Value, json};

const BINDING: &str = "APP_CONFIG";
const KEY: &str = "app_config";
const LAST_GOOD: &str = "app_config.last_good";
const WARNING: &str = "the stored AppConfig is bad and the last good one stays in use";

#[track_caller]
fn shown(server: &Server) -> Value {
    server.get("/v1/config").bearer(OPERATOR).send().is(200).json()
}

fn patch(server: &Server, patch: &Value) -> Answer {
    server.request("PATCH", "/v1/config").bearer(OPERATOR).json(patch).send()
}

fn defaults() -> Value {
    json!({ "model": "gemini-3.8-live", "session_minutes": 30, "max_text": 32_768, "max_title": 200 })
}

fn with(changes: &Value) -> Value {
    let mut config = defaults();
    for (name, value) in changes.as_object().into_iter().flatten() {
        config[name] = value.clone();
    }
    config
}

#[test]
fn a_variable_comes_before_the_default_and_the_document_before_both() {
    let mut server = App::reference().serve(Options::default().var("MODEL", "from-the-variable"));
    assert_eq!(shown(&server), with(&json!({ "model": "from-the-variable" })));
    patch(&server, &json!({ "model": "from-the-document" })).is(200);
    assert_eq!(shown(&server)["model"], "from-the-document");
    patch(&server, &json!({ "model": null })).is(200);
    assert_eq!(shown(&server)["model"], "from-the-variable");
    // A document that an operator wrote with wrangler counts as one that was patched.
    server.down();
    server.kv_put(BINDING, KEY, r#"{"model":"from-wrangler","max_title":7}"#);
    server.up();
    assert_eq!(shown(&server), with(&json!({ "model": "from-wrangler", "max_title": 7 })));
}

#[test]
fn a_patch_merges_and_null_resets() {
    let mut server = own();
    assert_eq!(patch(&server, &json!({ "session_minutes": 5 })).is(200).json(), with(&json!({ "session_minutes": 5 })));
    let both = with(&json!({ "session_minutes": 5, "max_text": 10 }));
    assert_eq!(patch(&server, &json!({ "max_text": 10 })).is(200).json(), both);
    assert_eq!(patch(&server, &json!({})).is(200).json(), both);
    assert_eq!(server.request("PATCH", "/v1/config").bearer(OPERATOR).send().is(200).json(), both);
    assert_eq!(shown(&server), both);
    let one = with(&json!({ "max_text": 10 }));
    assert_eq!(patch(&server, &json!({ "session_minutes": null, "max_title": null })).is(200).json(), one);
    server.restart();
    assert_eq!(shown(&server), one);
    server.down();
    // Only what was set is stored: a default that changes with the code is not frozen.
    assert_eq!(server.kv_get(BINDING, KEY), r#"{"max_text":10}"#);
    assert_eq!(server.kv_get(BINDING, LAST_GOOD), r#"{"max_text":10}"#);
}

#[test]
fn every_bad_setting_is_named_and_none_is_stored() {
    let mut server = own();
    patch(&server, &json!({ "max_text": 100 })).is(200);
    let before = shown(&server);
    let cases = [
        (json!({ "session_minutes": 0 }), vec!["session_minutes"]),
        (json!({ "session_minutes": 1441 }), vec!["session_minutes"]),
        (json!({ "session_minutes": -1 }), vec!["session_minutes"]),
        (json!({ "session_minutes": 1.5 }), vec!["session_minutes"]),
        (json!({ "session_minutes": "5" }), vec!["session_minutes"]),
        (json!({ "session_minutes": 1e300 }), vec!["session_minutes"]),
        (json!({ "session_minutes": [5] }), vec!["session_minutes"]),
        (json!({ "max_text": 0, "max_title": 1001 }), vec!["max_text", "max_title"]),
        (json!({ "max_text": 262_145 }), vec!["max_text"]),
        (json!({ "model": "" }), vec!["model"]),
        (json!({ "model": "x".repeat(101) }), vec!["model"]),
        (json!({ "model": 1, "max_text": 50 }), vec!["model"]),
        (json!({ "modl": "x" }), vec!["modl"]),
        (json!({ "modl": null }), vec!["modl"]),
        (json!({ "": 1 }), vec![""]),
        (
            json!({ "Model": "x", "session_minutes": 0, "max_text": [], "operator_key": "k" }),
            vec!["Model", "max_text", "operator_key", "session_minutes"],
        ),
        (json!({ "session_issuer_key": "mine" }), vec!["session_issuer_key"]),
        (json!({ "api_key": null }), vec!["api_key"]),
        (json!({ "OPERATOR_KEY": "mine" }), vec!["OPERATOR_KEY"]),
    ];
    for (bad, fields) in cases {
        let problem = patch(&server, &bad).bad_fields(&fields);
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(fields.iter().all(|field| detail.contains(field)), "{detail}");
    }
    for bad in ["[]", "1", "null", "\"x\"", "[{\"max_text\":1}]"] {
        let answer = server.request("PATCH", "/v1/config").bearer(OPERATOR).body(bad).send();
        answer.problem(422, "bad_arguments");
    }
    server.request("PATCH", "/v1/config").bearer(OPERATOR).body("{").send().problem(400, "bad_request");
    assert_eq!(shown(&server), before);
    server.down();
    assert_eq!(server.kv_get(BINDING, KEY), r#"{"max_text":100}"#);
}

#[test]
fn a_change_holds_at_once() {
    let server = own();
    let ada = User::sign_in(&server, "ada");
    let id = ada.conversation(&server, "");
    ada.append(&server, &id, "123456");
    patch(&server, &json!({ "max_text": 5, "max_title": 3, "session_minutes": 1440 })).is(200);
    let problem = ada.post(&server, &turns(&id), &json!({ "role": "user", "text": "123456" })).problem(422, "too_long");
    assert_eq!(problem["data"], json!({ "len": 6, "max": 5 }));
    ada.append(&server, &id, "12345");
    let titled = |title: &str| ada.post(&server, "/v1/conversations", &json!({ "title": title }));
    titled("four").bad_fields(&["title"]);
    titled("abc").is(201);
    let user = json!({ "user": "bob" });
    let opened = server.post("/v1/sessions").bearer(ISSUER).json(&user).send().is(201).json();
    let day = |time: &Value| time.as_str().and_then(|time| time.get(8..10)?.parse::<u32>().ok());
    let bob = durably_workerd_tests::chat::string(&opened["token"]);
    let path = durably_workerd_tests::chat::session(&durably_workerd_tests::chat::string(&opened["session"]));
    let session = server.get(&path).bearer(&bob).send().is(200).json();
    // 1,440 minutes are a day.
    assert_ne!(day(&session["created_at"]), day(&session["expires_at"]), "{session}");
    assert_eq!(
        session["created_at"].as_str().map(|time| &time[10..]),
        session["expires_at"].as_str().map(|time| &time[10..])
    );
}

#[test]
fn secrets_are_neither_shown_nor_stored() {
    let options =
        Options::default().secret("OPERATOR_KEY", "op-secret-value").secret("GEMINI_API_KEY", "ge-secret-value");
    let mut server = App::reference().serve(options);
    let ask = |server: &Server, method: &str| {
        server
            .request(method, "/v1/config")
            .bearer("op-secret-value")
            .body(if method == "GET" { "" } else { "{}" })
            .send()
            .is(200)
    };
    for method in ["GET", "PATCH"] {
        let answer = ask(&server, method);
        assert!(!answer.text().contains("secret-value"), "{answer}");
        assert_eq!(answer.json(), defaults());
    }
    let refused =
        server.request("PATCH", "/v1/config").bearer("op-secret-value").json(&json!({ "api_key": "leak-value" }));
    let refused = refused.send();
    assert!(!refused.text().contains("leak-value"), "{refused}");
    refused.bad_fields(&["api_key"]);
    server.down();
    assert_eq!(server.kv_get(BINDING, KEY), "{}");
    assert!(!server.console().contains("secret-value"), "{}", server.console());
}

#[test]
fn without_its_secrets_the_application_says_so_and_lets_nobody_in() {
    let mut options = Options::default();
    options.secrets.retain(|(name, _)| name != "OPERATOR_KEY");
    let server = App::reference().serve(options);
    server.get("/healthz").send().is(200);
    for token in [OPERATOR, "", "undefined", "null"] {
        let answer = server.get("/v1/config").bearer(token).send();
        assert!(matches!(answer.status, 401 | 503), "{answer}");
    }
    server.post("/v1/sessions").bearer(ISSUER).json(&json!({ "user": "ada" })).send().problem(503, "unavailable");
}

/// What can be wrong with a stored document, and what the console then says of it.
const BAD: [(&str, &str); 5] = [
    ("{not json", "is not JSON"),
    ("[]", "not a JSON object"),
    ("", "is not JSON"),
    (r#"{"session_minutes":0,"max_text":7}"#, "session_minutes"),
    (r#"{"session_minutes":"5"}"#, "session_minutes"),
];

#[test]
fn a_bad_document_keeps_the_last_good_one_across_a_restart() {
    let mut server = own();
    let good = with(&json!({ "session_minutes": 7, "max_text": 9 }));
    patch(&server, &json!({ "session_minutes": 7, "max_text": 9 })).is(200);
    for (bad, why) in BAD {
        server.down();
        server.kv_put(BINDING, KEY, bad);
        let from = server.console().len();
        server.up();
        assert_eq!(shown(&server), good, "{bad}");
        server.says(from, &[WARNING, why]);
        // The application goes on with it, in objects too.
        let ada = User::sign_in(&server, "ada");
        let id = ada.conversation(&server, "");
        let turn = json!({ "role": "user", "text": "1234567890" });
        ada.post(&server, &turns(&id), &turn).problem(422, "too_long");
    }
}

/// The seeds bring their own last good copy: a document that is damaged before anybody has changed it falls back to them.
#[test]
fn a_seeded_configuration_has_a_last_good_copy() {
    let mut server = own();
    let file = App::reference().folder().join(".durably/seeds/dev").join(format!("{BINDING}.json"));
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let seeds: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let seeds: Vec<(&str, &str)> = seeds
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|seed| Some((seed["key"].as_str()?, seed["value"].as_str()?)))
        .collect();
    assert_eq!(seeds.iter().map(|(key, _)| *key).collect::<Vec<_>>(), [KEY, LAST_GOOD]);
    server.down();
    for (key, value) in seeds {
        server.kv_put(BINDING, key, value);
    }
    server.up();
    // 1,440 minutes, as the template has it; the code's default is 30.
    let seeded = with(&json!({ "session_minutes": 1440 }));
    assert_eq!(shown(&server), seeded);
    server.down();
    server.kv_put(BINDING, KEY, "{not json");
    let from = server.console().len();
    server.up();
    assert_eq!(shown(&server), seeded);
    server.says(from, &[WARNING, "is not JSON"]);
}

#[test]
fn a_document_that_cannot_be_read_is_not_written_over() {
    let mut server = own();
    patch(&server, &json!({ "session_minutes": 7 })).is(200);
    for bad in ["{not json", "[]"] {
        server.down();
        server.kv_put(BINDING, KEY, bad);
        server.up();
        patch(&server, &json!({ "max_text": 9 })).problem(503, "config");
        patch(&server, &json!({})).problem(503, "config");
        assert_eq!(shown(&server), with(&json!({ "session_minutes": 7 })));
        server.down();
        assert_eq!(server.kv_get(BINDING, KEY), bad);
        assert_eq!(server.kv_get(BINDING, LAST_GOOD), r#"{"session_minutes":7}"#);
        server.up();
    }
    // One that can be read and holds a bad setting is repaired by a patch of that setting, and by no other.
    server.down();
    server.kv_put(BINDING, KEY, r#"{"session_minutes":0,"max_text":9}"#);
    server.up();
    patch(&server, &json!({ "max_title": 9 })).bad_fields(&["session_minutes"]);
    assert_eq!(
        patch(&server, &json!({ "session_minutes": 8 })).is(200).json(),
        with(&json!({ "session_minutes": 8, "max_text": 9 }))
    );
    server.restart();
    assert_eq!(shown(&server), with(&json!({ "session_minutes": 8, "max_text": 9 })));
}

#[test]
fn a_bad_document_without_a_good_one_is_an_error_until_it_is_repaired() {
    let mut server = own();
    server.down();
    server.kv_put(BINDING, KEY, "{not json");
    server.up();
    server.get("/healthz").send().is(200);
    server.get("/v1/config").bearer(OPERATOR).send().problem(503, "unavailable");
    server.post("/v1/sessions").bearer(ISSUER).json(&json!({ "user": "ada" })).send().problem(503, "unavailable");
    server.down();
    server.kv_put(BINDING, KEY, r#"{"session_minutes":3}"#);
    server.up();
    assert_eq!(shown(&server), with(&json!({ "session_minutes": 3 })));
}

#[test]
fn a_bad_variable_is_named() {
    let server = App::reference().serve(Options::default().var("MODEL", &"x".repeat(101)));
    server.get("/v1/config").bearer(OPERATOR).send().problem(503, "unavailable");
    server.get("/healthz").send().is(200);
}

/// An isolate asks KV again after a minute: a good document of somebody else's arrives, a bad one does not.
#[test]
fn a_running_isolate_asks_again_after_a_minute() {
    let [good, bad] = [own(), own()];
    let before = with(&json!({ "max_text": 9 }));
    for (server, written) in [(&good, r#"{"max_text":8}"#), (&bad, r#"{"max_text":0}"#)] {
        patch(server, &json!({ "max_text": 9 })).is(200);
        server.kv_put(BINDING, KEY, written);
        assert_eq!(shown(server), before);
    }
    thread::sleep(Duration::from_secs(61));
    assert_eq!(shown(&good), with(&json!({ "max_text": 8 })));
    assert_eq!(shown(&bad), before);
    bad.says(0, &[WARNING, "max_text", "the minimum is 1"]);
}
