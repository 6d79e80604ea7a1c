//! Types at every place that needs the platform: what `tests/matrix` generated into the fixture.

#![allow(clippy::panic, reason = "tests")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use durably_workerd_tests::Answer;
use durably_workerd_tests::fixture::{Fixture, Object};
use serde_json::{Value, json};

const STATES: usize = 8;
const TYPES_OF_A_STATE: usize = 5;

fn class(n: usize) -> &'static str {
    ["Shape0", "Shape1", "Shape2", "Shape3", "Shape4", "Shape5", "Shape6", "Shape7"][n]
}

fn nothing_lost(what: &str, lost: &Value) {
    assert_eq!(*lost, json!([]), "{what}");
}

#[test]
fn columns_items_and_keys_come_back_after_a_wake() {
    let fixture = Fixture::shared();
    for n in 0..STATES {
        // Each object's columns hold another sample; its logs and maps hold all of them.
        for sample in 0..7 {
            let object = fixture.object(class(n), format!("columns {sample}"));
            object.call("fill", &json!([sample]));
            nothing_lost(class(n), &object.call("verify", &json!([sample])));
            object.forget();
            nothing_lost(class(n), &object.call("verify", &json!([sample])));
            assert_eq!(object.metered("fill_again", &json!([sample])).written, 0, "what did not change is not written");
        }
    }
}

#[test]
fn arguments_results_kept_replies_and_errors_come_back_to_the_typed_client() {
    let fixture = Fixture::shared();
    for n in 0..STATES {
        nothing_lost(class(n), &fixture.object(class(n), "caller").call("relay", &json!([])));
    }
}

/// Each sample as JS has it, given back to the method that answers what it was given.
#[test]
fn arguments_and_results_come_back_to_js() {
    let fixture = Fixture::shared();
    each_sample(fixture, |object, ty, sample| {
        let came = in_json(object.call(&format!("echo{ty}"), &json!([sample])));
        assert_eq!(came, *sample, "{} {ty}", object.class());
    });
}

#[test]
fn bodies_queries_and_answers_come_back_over_http() {
    let fixture = Fixture::shared();
    let (mut bodies, mut queries) = (0, 0);
    for n in 0..STATES {
        let id = fixture.object(class(n), "echo").call("object_id", &json!([]));
        let id = id.as_str().unwrap_or_default();
        for ty in 0..TYPES_OF_A_STATE {
            let path = format!("/shapes/{n}/{id}/{ty}");
            let samples = fixture.server.get(&format!("{path}/samples")).send().is(200).json();
            for sample in samples.as_array().into_iter().flatten() {
                let body = json!({ "value": sample, "more": true });
                assert_eq!(came(&fixture.server.post(&path).json(&body).send()), *sample, "{path}: {body}");
                bodies += 1;
                if is_text(n, ty) {
                    let query = query(sample);
                    assert_eq!(came(&fixture.server.get(&format!("{path}{query}")).send()), *sample, "{path}{query}");
                    queries += 1;
                }
            }
        }
    }
    assert!(bodies > 150 && queries > 40, "{bodies} bodies, {queries} queries");
}

/// What an answer holds; one of nothing has no body.
fn came(answer: &Answer) -> Value {
    match answer.status {
        204 => Value::Null,
        200 => answer.json(),
        other => panic!("{other}: {}", answer.text()),
    }
}

fn query(value: &Value) -> String {
    let text = match value {
        Value::Null => return String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    text.bytes().fold("?value=".to_owned(), |query, byte| format!("{query}%{byte:02x}"))
}

/// Whether the fixture has a route that takes the type from a query.
fn is_text(n: usize, ty: usize) -> bool {
    const SHAPES: &str = include_str!("../../fixture/src/shapes.rs");
    SHAPES.contains(&format!("GET /shapes/{n}/{{id}}/{ty}\")"))
}

/// Bytes are a `Uint8Array` at the top of an answer, and base64 within it.
fn in_json(came: Value) -> Value {
    match came["$bytes"].as_array() {
        None => came,
        Some(bytes) => {
            let bytes: Vec<u8> = bytes.iter().filter_map(|byte| u8::try_from(byte.as_u64()?).ok()).collect();
            json!(STANDARD.encode(bytes))
        }
    }
}

fn each_sample(fixture: &Fixture, check: impl Fn(&Object<'_>, usize, &Value)) {
    for n in 0..STATES {
        let object = fixture.object(class(n), "echo");
        for ty in 0..TYPES_OF_A_STATE {
            let samples = object.call(&format!("samples{ty}"), &json!([]));
            for sample in samples.as_array().into_iter().flatten() {
                check(&object, ty, sample);
            }
        }
    }
}
