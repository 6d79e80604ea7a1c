//! Each guard of the entry module, taken out: what it guards against then happens, which shows that the tests of
//! `fixture_panics` would see it go. The texts are replaced in what is served, so nothing is compiled again.

use std::path::Path;
use std::time::Duration;
use std::{fs, thread};

use durably_workerd_tests::fixture::{Fixture, replace};
use serde_json::{Value, json};

const GUARD: &str = ".durably/guard.mjs";
const WORKER: &str = ".durably/worker/index.js";

/// Something that a guard is for: whether it is as it should be.
type Scenario = fn(&Fixture) -> bool;

const SCENARIOS: [(&str, Scenario); 11] = [
    ("pending calls end", pending_calls_end),
    ("an overflow in an async call ends it", overflow_in_async_ends),
    ("an overflow is a panic", overflow_is_a_panic),
    ("an overflow in a transaction is told as one", overflow_in_a_transaction),
    ("an error undoes its writes", error_undoes),
    ("a dead instance is not entered", dead_is_not_entered),
    ("an async call knows that it panicked itself", async_knows),
    ("a request that waits is answered", waiting_request),
    ("who caused a panic is told so", culprit_is_told),
    ("exhausted memory in a handler is a panic", exhausted_memory),
    ("what was written is not called undone", written_is_not_undone),
];

#[test]
fn with_all_guards_all_is_well() {
    let fixture = Fixture::own();
    for (name, scenario) in SCENARIOS {
        assert!(scenario(&fixture), "{name}");
    }
}

#[test]
fn without_the_setter_pending_calls_hang() {
    breaks("pending calls end", |folder| replace(&folder.join(GUARD), "if (value) queueMicrotask(rejectPending);", ""));
}

#[test]
fn without_the_error_listener_an_overflow_hangs() {
    breaks("an overflow in an async call ends it", |folder| {
        replace(&folder.join(GUARD), "bury(event.error ?? event);", "");
    });
}

#[test]
fn without_the_end_of_the_instance_a_trap_passes_for_an_error() {
    for scenario in ["an overflow is a panic", "exhausted memory in a handler is a panic"] {
        breaks(scenario, |folder| {
            replace(&folder.join(GUARD), "throw failure(\"panicked\", state.panic, entered);", "throw error;");
        });
    }
}

/// Rust goes on, as far as wasm-bindgen lets it: it traps once more, and what is told is that.
#[test]
fn without_the_rethrow_rust_goes_on() {
    breaks("an overflow in a transaction is told as one", |folder| {
        let worker = folder.join(WORKER);
        let marked = "globalThis.__worker_init_state.panic ??= errorText(read(error, \"cause\") ?? error);\n      \
                      globalThis.__worker_init_state.criticalError = true;\n      throw error;";
        replace(&worker, marked, "return error;");
    });
}

#[test]
fn without_the_abort_an_error_undoes_nothing() {
    breaks("an error undoes its writes", |folder| {
        replace(&folder.join(WORKER), "if (!kept) throw ABORT;", "");
    });
}

#[test]
fn without_the_renewal_a_dead_instance_is_entered() {
    breaks("a dead instance is not entered", |folder| {
        replace(&folder.join(GUARD), "if (newest) new newest.Class(newest.ctx, newest.env);", "");
    });
}

#[test]
fn without_turns_an_async_panic_may_be_repeated() {
    breaks("an async call knows that it panicked itself", |folder| {
        replace(&folder.join(GUARD), "new Reset(why, call === state.working, ", "new Reset(why, false, ");
    });
}

#[test]
fn without_its_promise_a_request_hangs() {
    breaks("a request that waits is answered", |folder| {
        replace(&folder.join(GUARD), "return await settled(response, call);", "return await response;");
    });
}

#[test]
fn without_the_answers_of_others_who_caused_a_panic_is_told_of_a_reset() {
    breaks("who caused a panic is told so", |folder| {
        replace(&folder.join(GUARD), "of await heard(awaited)", "of []");
    });
}

/// Each call then passes for one that has done nothing yet.
#[test]
fn without_how_far_calls_have_come_an_answer_promises_too_much() {
    breaks("what was written is not called undone", |folder| {
        replace(&folder.join(WORKER), r#"["not_done", "done", "unknown"]"#, r#"["not_done", "not_done", "not_done"]"#);
    });
}

#[track_caller]
fn breaks(name: &str, change: impl FnOnce(&Path)) {
    let mutant = Fixture::with(|folder| {
        assert!(fs::exists(folder.join(GUARD)).unwrap_or(false));
        change(folder);
    });
    let scenario = SCENARIOS.iter().find(|(known, _)| *known == name).map(|(_, scenario)| scenario);
    assert!(scenario.is_some_and(|scenario| !scenario(&mutant)), "{name}, though its guard was taken out");
}

fn code(outcome: &Value) -> &str {
    outcome["error"]["message"].as_str().and_then(|text| text.split_once(": ")).map_or("", |(code, _)| code)
}

fn crash(fixture: &Fixture, name: &str, method: &str, args: &Value, fault: &str) -> Value {
    let waiting = fixture.object("Probe", format!("{name}, waiting")).step(method, args);
    let culprit = fixture.object("Probe", format!("{name}, culprit")).step("write", &json!([fault]));
    fixture.drive("crash", &json!({ "pending": [waiting], "fault": culprit, "after": 100 }))
}

fn pending_calls_end(fixture: &Fixture) -> bool {
    code(&crash(fixture, "end", "wait", &json!([2500]), "panic")["pending"][0]) == "isolate_reset"
}

fn overflow_in_async_ends(fixture: &Fixture) -> bool {
    code(&fixture.object("Probe", "overflow").attempt("after", &json!(["stack"]))) == "panicked"
}

fn overflow_is_a_panic(fixture: &Fixture) -> bool {
    let probe = fixture.object("Probe", "read overflow");
    // It loads the configuration: a call that waits for the configuration first is another one.
    let _ = probe.attempt("work", &json!([]));
    code(&probe.attempt("read", &json!(["stack"]))) == "panicked"
}

fn overflow_in_a_transaction(fixture: &Fixture) -> bool {
    let probe = fixture.object("Probe", "transaction");
    // It loads the configuration, so that the next call is a plain one.
    let _ = probe.attempt("work", &json!([]));
    let before = probe.dump();
    let outcome = probe.attempt("write", &json!(["stack"]));
    let told = outcome["error"]["message"] == "panicked: Maximum call stack size exceeded";
    told && probe.dump() == before && probe.attempt("work", &json!([])) == json!({ "ok": 2 })
}

fn error_undoes(fixture: &Fixture) -> bool {
    let probe = fixture.object("Probe", "undone");
    let _ = probe.attempt("work", &json!([]));
    let before = probe.dump();
    code(&probe.attempt("write", &json!(["error"]))) == "asked" && probe.dump() == before
}

/// The timer that the pending call waits for rings when its instance is gone.
fn dead_is_not_entered(fixture: &Fixture) -> bool {
    let _ = crash(fixture, "dead", "write_later", &json!([400]), "panic");
    thread::sleep(Duration::from_millis(800));
    let written = fixture.object("Probe", "dead, waiting").dump()["tables"].get("lines").is_some();
    !written && fixture.server.console().contains("Cannot invoke closure from previous WASM instance")
}

fn async_knows(fixture: &Fixture) -> bool {
    code(&fixture.object("Probe", "itself").attempt("after", &json!(["panic"]))) == "panicked"
}

fn waiting_request(fixture: &Fixture) -> bool {
    thread::scope(|scope| {
        let waiting = scope.spawn(|| fixture.server.get("/wait/2500").attempt());
        thread::sleep(Duration::from_millis(200));
        let _ = fixture.server.post("/fail/panic").attempt();
        let waited = waiting.join().ok().and_then(Result::ok);
        waited.is_some_and(|answer| answer.status == 503 && answer.text().contains("isolate_reset"))
    })
}

/// It waited for the object that it made panic.
fn culprit_is_told(fixture: &Fixture) -> bool {
    code(&fixture.object("Probe", "told").attempt("nested", &json!(["told, other", "panic"]))) == "panicked"
}

fn exhausted_memory(fixture: &Fixture) -> bool {
    let probe = fixture.object("Probe", "exhausted");
    let _ = probe.attempt("work", &json!([]));
    let before = probe.dump();
    let told = code(&probe.attempt("write", &json!(["exhaustion"]))) == "panicked";
    told && probe.dump() == before && probe.attempt("work", &json!([])) == json!({ "ok": 2 })
}

/// It wrote, and waits: nobody may say that it did nothing.
fn written_is_not_undone(fixture: &Fixture) -> bool {
    let waiting = fixture.object("Ledger", "written").step("first", &json!(["kept", 2500, "none"]));
    let culprit = fixture.object("Probe", "culprit of the written").step("write", &json!(["panic"]));
    let told = fixture.drive("crash", &json!({ "pending": [waiting], "fault": culprit, "after": 400 }));
    told["pending"][0]["error"]["own"]["outcome"] == "unknown"
}
