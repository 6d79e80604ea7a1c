//! A binding may lead to another Worker, which throws and answers what it likes: nothing of that is taken for a promise, and
//! nobody else is disturbed. And the guard's record of a call, step by step.

use std::fs;
use std::thread;
use std::time::Duration;

use durably_workerd_tests::fixture::Fixture;
use durably_workerd_tests::ledger::Ledger;
use serde_json::{Value, json};

#[test]
fn whatever_an_object_throws_or_answers_promises_nothing() {
    let fixture = Fixture::own();
    let ledger = Ledger::new(&fixture, "odd");
    let names = fixture.drive("odd", &json!("names"));
    let names: Vec<&str> = names.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    assert!(names.len() > 15, "{names:?}");
    let waiting = fixture.object("Probe", "not reset by what is odd").step("wait", &json!([2500]));
    let waited = thread::scope(|scope| {
        let waiting = scope.spawn(|| fixture.drive("call", &waiting));
        thread::sleep(Duration::from_millis(200));
        for how in &names {
            fixture.drive("odd", &json!(how));
            let answer = ledger.post("push", &json!({ "text": "odd" }));
            let problem = answer.json();
            assert_eq!((answer.status >= 500, &problem["outcome"]), (true, &json!("unknown")), "{how}: {answer}");
            assert_eq!(answer.header("retry-after"), None, "{how}: {answer}");
            assert!(
                ["unreachable", "platform", "odd", ""].contains(&problem["code"].as_str().unwrap_or("-")),
                "{how}: {answer}"
            );
            let told = ledger.told("push", &json!({ "text": "odd" }));
            assert_eq!((&told["outcome"], &told["retryable"]), (&json!("unknown"), &json!(false)), "{how}: {told}");
        }
        fixture.drive("odd", &Value::Null);
        waiting.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    });
    assert_eq!(waited, json!({ "ok": 0 }), "the instance was reset");
    ledger.object.call("push", &json!(["as any other"]));
}

/// Asks `calls.js` of the runtime what it makes of a request: `before`: the application's `fetch` awaited something
/// first; `more`: it does more than ask for the routes.
const TURNS: &str = r#"
import * as calls from "./calls.js";
drives.turns = async (_worker, { before, more, reply }) => {
  const record = calls.begin(false, more);
  globalThis.__worker_init_state.begun = undefined;
  calls.working(record);
  calls.reached(2);
  if (before) {
    calls.working(undefined);
    calls.working(record);
  }
  const awaited = calls.reached(0);
  const asked = record.outcome;
  calls.keyed();
  const answer = calls.send({ __durably: async () => reply }, "", 200);
  calls.working(undefined);
  await answer;
  return [awaited, asked, record.outcome, record.keyed === true, record.answer !== undefined];
};
"#;

/// What an application's `fetch` did before it asked for the routes is not undone by what they answer.
#[test]
fn a_fetch_that_awaited_something_before_is_promised_nothing() {
    let fixture = Fixture::with(|served| {
        let calls = fs::copy("../../runtime/js/calls.js", served.join("calls.js"));
        assert!(calls.is_ok(), "{calls:?}");
        let driver = served.join("driver.mjs");
        let text = fs::read_to_string(&driver).unwrap_or_default();
        assert!(fs::write(&driver, text + TURNS).is_ok());
    });
    let drive = |before: bool, more: bool, reply: &Value| {
        fixture.drive("turns", &json!({ "before": before, "more": more, "reply": reply }))
    };
    for (reply, outcome) in [
        (json!("{\"ok\":1}"), "done"),
        (json!("{\"error\":{\"code\":\"asked\",\"outcome\":\"not_done\"}}"), "not_done"),
        (json!("{\"error\":{\"code\":\"asked\",\"outcome\":\"maybe\"}}"), "unknown"),
        (json!("{\"error\":null}"), "unknown"),
        (json!("null"), "unknown"),
        (json!("{\"error\":"), "unknown"),
    ] {
        assert_eq!(drive(false, false, &reply), json!([false, "not_done", outcome, true, true]), "{reply}");
        assert_eq!(drive(true, false, &reply), json!([true, "unknown", "unknown", false, false]), "{reply}");
        assert_eq!(drive(false, true, &reply), json!([false, "unknown", "unknown", false, false]), "{reply}");
        assert_eq!(drive(true, true, &reply), json!([true, "unknown", "unknown", false, false]), "{reply}");
    }
    for reply in [json!(5), json!(null), json!({ "ok": 1 }), json!([])] {
        assert_eq!(drive(false, false, &reply), json!([false, "not_done", "unknown", true, false]), "{reply}");
    }
}
