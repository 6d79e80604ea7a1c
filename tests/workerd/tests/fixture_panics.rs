//! Every way to fail, in every place: whoever waits gets an error within a second, storage and memory are as before, and
//! the next calls work.

use std::thread;
use std::time::{Duration, Instant};

use durably_workerd_tests::fixture::{Fixture, Object, assert_error};
use durably_workerd_tests::ledger::Ledger;
use serde_json::{Value, json};

/// Those that end the instance.
const TRAPS: [&str; 4] = ["panic", "stack", "memory", "exhaustion"];

/// An object with rows in all its tables.
fn probe<'a>(fixture: &'a Fixture, name: &str) -> Object<'a> {
    let probe = fixture.object("Probe", name);
    probe.call("work", &json!([]));
    probe.call("work", &json!([]));
    probe
}

/// All of storage, then all of memory. In this order: `seen` would wake a new instance.
fn whole(object: &Object<'_>) -> (Value, Value) {
    (object.dump(), object.call("seen", &json!([])))
}

#[track_caller]
fn works(object: &Object<'_>) {
    let before = object.call("seen", &json!([]))["count"].as_i64().unwrap_or_default();
    assert_eq!(object.call("work", &json!([])), json!(before + 1));
}

#[test]
fn every_fault_in_every_place() {
    let fixture = Fixture::own();
    for method in ["read", "write", "savepoint", "spared", "before", "after", "later", "nested"] {
        for fault in TRAPS.into_iter().chain(["error"]) {
            if (method, fault) == ("spared", "error") {
                continue; // goes on, as it should: shown in fixture_state
            }
            let place = format!("{method} {fault}");
            let (victim, other) = (probe(&fixture, &place), probe(&fixture, &format!("{place}, other")));
            let before = (whole(&victim), whole(&other));
            let args = if method == "nested" { json!([format!("{place}, other"), fault]) } else { json!([fault]) };
            let began = Instant::now();
            let outcome = victim.attempt(method, &args);
            let took = began.elapsed();
            let code = match (method, fault) {
                (_, "error") => "asked",
                // Of one that waited for the other object, too: it was the cause.
                _ => "panicked",
            };
            assert!(outcome.get("error").is_some(), "{place}: {outcome}");
            assert_error(&outcome, code);
            if fault == "panic" {
                let at = if method == "nested" { "write" } else { method };
                assert!(outcome.to_string().contains(&format!("asked to panic at {at}")), "{place}: {outcome}");
            }
            assert!(took < Duration::from_secs(1), "{place} took {took:?}");
            assert_eq!((whole(&victim), whole(&other)), before, "{place}");
            works(&victim);
            works(&other);
        }
    }
}

/// A statement that SQLite refused, its error swallowed, is as if it had not been: all else is kept.
#[test]
fn a_swallowed_sql_error_in_every_place() {
    let fixture = Fixture::own();
    let refusing = "CREATE TRIGGER refuse BEFORE INSERT ON lines WHEN NEW.value = 'swallowed' BEGIN SELECT RAISE(ABORT, 'no'); END";
    for method in ["write", "savepoint", "later", "nested"] {
        let [swallowing, plain] = ["swallowed", "none"].map(|fault| {
            let (victim, other) =
                (probe(&fixture, &format!("{method} {fault}")), probe(&fixture, &format!("{method} {fault}, other")));
            for object in [&victim, &other] {
                object.sql(refusing);
            }
            let args =
                if method == "nested" { json!([format!("{method} {fault}, other"), fault]) } else { json!([fault]) };
            let count = victim.call(method, &args);
            let nameless = |object: &Object<'_>| {
                let (mut dump, seen) = whole(object);
                // Where the local runtime keeps an object's name, the one thing that differs.
                dump["tables"].as_object_mut().and_then(|tables| tables.remove("__miniflare_do_name"));
                (dump, seen)
            };
            (count, nameless(&victim), nameless(&other))
        });
        assert_eq!(swallowing, plain, "{method}");
    }
}

#[test]
fn a_create_that_fails_leaves_nothing() {
    let fixture = Fixture::own();
    for fault in TRAPS.into_iter().chain(["error"]) {
        let vault = fixture.object("Vault", format!("create {fault}"));
        vault.fails("open", &json!(["ada", null, fault]), if fault == "error" { "asked" } else { "panicked" });
        let tables = vault.dump()["tables"].clone();
        assert!(tables.get("coins").is_none() && tables.get("durably_state").is_none(), "{fault}: {tables}");
        vault.fails("show", &json!([]), "not_created");
        vault.call("open", &json!(["ada"]));
        assert_eq!(vault.call("show", &json!([]))["coins"], 1);
    }
}

/// 20 calls on 5 objects wait while a sixth object fails.
#[test]
fn nobody_waits_for_an_instance_that_is_gone() {
    let fixture = Fixture::own();
    for (method, fault) in [
        ("read", "panic"),
        ("read", "stack"),
        ("write", "panic"),
        ("write", "stack"),
        ("write", "memory"),
        ("savepoint", "panic"),
        ("savepoint", "stack"),
        ("before", "panic"),
        ("after", "panic"),
        ("after", "stack"),
        ("later", "panic"),
        ("later", "stack"),
        ("later", "exhaustion"),
        ("nested", "panic"),
        ("nested", "stack"),
        ("nested", "exhaustion"),
    ] {
        let place = format!("{method} {fault}");
        let objects: Vec<Object<'_>> = (0..5).map(|n| probe(&fixture, &format!("{place}, waiting {n}"))).collect();
        let culprit = probe(&fixture, &format!("{place}, culprit"));
        let other = probe(&fixture, &format!("{place}, other"));
        let args = if method == "nested" { json!([format!("{place}, other"), fault]) } else { json!([fault]) };
        let involved = || objects.iter().chain([&culprit, &other]);
        let before: Vec<_> = involved().map(whole).collect();
        // They would write if the dead instance went on.
        let pending: Vec<Value> = (0..20).map(|n| objects[n % 5].step("write_later", &json!([500]))).collect();
        let began = Instant::now();
        let outcome =
            fixture.drive("crash", &json!({ "pending": pending, "fault": culprit.step(method, &args), "after": 100 }));
        let took = began.elapsed();
        assert_error(&outcome["fault"], "panicked");
        let answers = outcome["pending"].as_array().cloned().unwrap_or_default();
        assert_eq!(answers.len(), 20);
        for answer in answers {
            assert_error(&answer, "isolate_reset");
            let own = &answer["error"]["own"];
            assert_eq!((&own["outcome"], &own["retryable"]), (&json!("unknown"), &json!(false)), "{answer}");
        }
        assert!(took < Duration::from_millis(1100), "{place} took {took:?}");
        thread::sleep(Duration::from_millis(600));
        let dumps: Vec<_> = involved().map(Object::dump).collect();
        assert_eq!(dumps, before.iter().map(|(dump, _)| dump.clone()).collect::<Vec<_>>(), "{place}: storage");
        let after: Vec<_> = involved().map(whole).collect();
        assert_eq!(after, before, "{place}: memory");
        involved().for_each(works);
    }
}

/// Of a panic at the end of a chain of calls each one before it is told: once, and that it was one.
#[test]
fn a_panics_text_is_told_once_over_two_hops() {
    let fixture = Fixture::own();
    let ledger = Ledger::new(&fixture, "hop 0");
    let told = |text: &str| (text.matches("asked to panic").count(), text.matches("handler panicked").count() <= 1);
    for _ in 0..2 {
        let error = ledger.object.fails("chain", &json!([["hop 1", "hop 2"], "panic"]), "panicked");
        assert_eq!(told(&error["message"].to_string()), (1, true), "{error}");
        // The typed client has the text alone, around which it puts its own.
        let answer = ledger.request_told("chain", &json!({ "text": "hop1 hop2", "fault": "panic" }));
        answer.unwrap_or_else(|error| panic!("{error}")).problem(500, "panicked");
        ledger.post("chain", &json!({ "others": ["hop 1", "hop 2"], "fault": "panic" })).problem(500, "panicked");
    }
    let error = ledger.object.fails("chain", &json!([["hop 1", "hop 2"], "error"]), "asked");
    assert_eq!(error["own"]["outcome"], "unknown", "it may have written before it called: {error}");
}

/// An `Err` is nobody else's affair.
#[test]
fn an_error_disturbs_nobody() {
    let fixture = Fixture::own();
    let (waiting, culprit) = (probe(&fixture, "undisturbed"), probe(&fixture, "wrong"));
    for method in ["read", "write", "savepoint", "before", "after", "later"] {
        let pending = [waiting.step("wait", &json!([200]))];
        let outcome =
            fixture.drive("crash", &json!({ "pending": pending, "fault": culprit.step(method, &json!(["error"])) }));
        assert_error(&outcome["fault"], "asked");
        assert_eq!(outcome["pending"][0], json!({ "ok": 2 }), "{method}");
    }
}

#[test]
fn a_rust_caller_is_told_the_same() {
    let fixture = Fixture::own();
    let told = probe(&fixture, "teller").call("told", &json!(["somebody", "error"]));
    assert!(told[0].as_str().is_some_and(|text| text.contains("Asked { place: \"write\" }")), "{told}");
}

/// The Worker's own fetch: routes that fail, and requests that wait meanwhile.
#[test]
fn routes_that_fail_answer() {
    let fixture = Fixture::own();
    for fault in TRAPS {
        for path in [format!("/fail/{fault}"), format!("/fail/{fault}/later")] {
            let began = Instant::now();
            thread::scope(|scope| {
                let waiting = scope.spawn(|| fixture.server.get("/wait/2500").send());
                thread::sleep(Duration::from_millis(200));
                let problem = fixture.server.post(&path).send().problem(500, "panicked");
                assert!(
                    !problem.to_string().contains("faults.rs"),
                    "where it happened is not for strangers: {problem}"
                );
                let waited = waiting.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                assert_eq!(waited.header("retry-after"), None, "a function may have written, though its verb is GET");
                assert_eq!(waited.problem(503, "isolate_reset")["outcome"], "unknown");
            });
            assert!(began.elapsed() < Duration::from_millis(1300), "{path} took {:?}", began.elapsed());
            fixture.server.get("/wait/1").send().is(200);
        }
        // The object fails, and the Worker in the same isolate with it.
        fixture.server.post(&format!("/fail/{fault}/object?name=far")).send().problem(500, "panicked");
        works(&fixture.object("Probe", "far"));
    }
    fixture.server.post("/fail/error").send().problem(418, "asked");
    let id = fixture.server.get("/ids/far").send().is(200).json();
    let id = id.as_str().unwrap_or_default();
    fixture.server.post(&format!("/probes/{id}/write")).json(&json!({ "fault": "error" })).send().problem(418, "asked");
    fixture.server.post(&format!("/probes/{id}/write")).json(&json!({ "fault": "none" })).send().is(200);
    fixture
        .server
        .post(&format!("/probes/{id}/nested"))
        .json(&json!({ "other": "deep", "fault": "error" }))
        .send()
        .problem(418, "asked");
}
