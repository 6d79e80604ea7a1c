//! An answer never promises what is not so: what callers are told beside what is stored.

use std::thread;
use std::time::{Duration, Instant};

use durably_workerd_tests::fixture::Fixture;
use durably_workerd_tests::ledger::Ledger;
use serde_json::{Value, json};

/// The limit of a message between Worker and object.
const RPC: usize = 32 << 20;

/// Pushes by HTTP while another object of the isolate panics: who may repeat has nothing stored.
#[test]
fn what_was_stored_is_never_called_repeatable() {
    let fixture = Fixture::own();
    let ledgers: Vec<Ledger<'_>> = (0..4).map(|n| Ledger::new(&fixture, &format!("pushed {n}"))).collect();
    let culprit = fixture.object("Probe", "culprit");
    let (mut resets, mut lost, mut told_wrong) = (0, 0, Vec::new());
    for round in 0..15 {
        thread::scope(|scope| {
            let calls: Vec<_> = (0..24)
                .map(|n| {
                    let (ledger, text) = (&ledgers[n % 4], format!("{round}, {n}"));
                    scope.spawn(move || (ledger, ledger.post("push", &json!({ "text": text })), text))
                })
                .collect();
            let _ = culprit.attempt("write", &json!(["panic"]));
            for call in calls {
                let (ledger, answer, text) = call.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                let stored = ledger.stored(&text);
                if answer.status == 200 {
                    assert_eq!(stored, 1, "{answer}");
                    continue;
                }
                resets += 1;
                lost += usize::from(answer.json()["outcome"] == "done");
                if answer.header("retry-after").is_some() && stored != 0 {
                    told_wrong.push(format!("{text}: {answer}"));
                }
            }
        });
    }
    assert!(
        told_wrong.is_empty(),
        "{} of {resets} told to repeat what is stored:\n{}",
        told_wrong.len(),
        told_wrong[0]
    );
    // The object has replied, and the guard sees to the answer. Only of a reply that takes long is there no more to say.
    println!("of 360 calls {resets} were reset, {lost} after they were done");
    assert!(lost < 180, "{lost} answers of {resets} are lost, though the object replied");
}

#[test]
fn a_reply_beyond_the_limit_keeps_nothing() {
    let fixture = Fixture::shared();
    let ledger = Ledger::new(fixture, "long replies");
    let answer = ledger.post("give", &json!({ "text": "http", "letter": "x", "times": RPC }));
    answer.problem(413, "reply_too_large");
    assert_eq!(ledger.stored("http"), 0);
    let error = ledger.object.fails("give", &json!(["native", "x", RPC]), "reply_too_large");
    assert_eq!(error["own"]["outcome"], "not_done", "{error}");
    assert_eq!(ledger.stored("native"), 0);
    let told = ledger.told("give", &json!({ "text": "typed", "millis": RPC }));
    assert_eq!((&told["code"], &told["retryable"]), (&json!("reply_too_large"), &json!(false)), "{told}");
    assert_eq!(ledger.stored("typed"), 0);
}

/// Just below the platform's limit a reply arrives, just above it is refused: what it has is counted as workerd counts.
#[test]
fn replies_are_counted_as_the_platform_counts() {
    let fixture = Fixture::shared();
    let ledger = Ledger::new(fixture, "counted");
    let fits = |what: &str, method: &str, args: [Value; 2]| {
        let answer = fixture.drive("size", &ledger.object.step(method, &json!([what, args[0], args[1]])));
        let told = answer["error"]["own"]["code"].as_str().map_or("ok", |code| code).to_owned();
        assert!(["ok", "reply_too_large"].contains(&told.as_str()), "{what}: {}", answer["error"]);
        assert_eq!(ledger.stored(what), u64::from(told == "ok"), "{what}: {told}");
        told == "ok"
    };
    for (what, method, value, most, more) in [
        ("narrow", "give", json!("x"), RPC - 2048, RPC - 900),
        ("as narrow", "give", json!("é"), RPC - 2048, RPC - 900),
        ("wide", "give", json!("ā"), RPC / 2 - 1024, RPC / 2 - 450),
        // Nine bytes for four letters, and two for as many.
        ("fractions", "give_numbers", json!(1.5), 3_700_000, RPC / 9),
    ] {
        assert!(fits(what, method, [value.clone(), json!(most)]), "{what}");
        assert!(!fits(&format!("{what}, more"), method, [value, json!(more)]), "{what}");
    }
    for (times, arrives) in [(RPC - 4096, true), (RPC, false)] {
        let what = format!("bytes {times}");
        let answer = fixture.drive("size", &ledger.object.step("give_bytes", &json!([what, times])));
        assert_eq!(answer.get("ok").is_some(), arrives, "{what}: {}", answer["error"]);
        assert_eq!(ledger.stored(&what), u64::from(arrives));
    }
    // As an envelope's text, on its way to the Worker.
    for (letter, times, arrives) in [("é", 17 << 20, true), ("ā", 15 << 20, true), ("ā", 17 << 20, false)] {
        let what = format!("{letter} {times}");
        let answer = ledger.post("give", &json!({ "text": what, "letter": letter, "times": times }));
        if arrives {
            answer.is(200);
        } else {
            answer.problem(413, "reply_too_large");
        }
        assert_eq!(ledger.stored(&what), u64::from(arrives), "{what}");
    }
}

/// It has begun nothing, whatever the method does.
#[test]
fn an_object_that_does_not_exist_is_not_created_at_async_methods_too() {
    let fixture = Fixture::shared();
    let error = fixture.object("Vault", "nowhere").fails("inspect", &json!([]), "not_created");
    assert_eq!(error["own"]["outcome"], "not_done", "{error}");
}

#[test]
fn an_argument_beyond_the_limit_is_refused_before_it_is_sent() {
    let ledger = Ledger::new(Fixture::shared(), "long arguments");
    let told = ledger.told("take", &json!({ "text": "x", "millis": RPC }));
    assert_eq!((&told["code"], &told["retryable"]), (&json!("arguments_too_large"), &json!(false)), "{told}");
    assert_eq!(ledger.stored("taken"), 0);
}

#[test]
fn who_caused_a_panic_is_told_so() {
    let ledger = Ledger::new(Fixture::shared(), "panicking");
    for fault in ["panic", "stack", "memory", "exhaustion"] {
        let answer = ledger.post("failing", &json!({ "text": fault, "fault": fault }));
        assert_eq!(answer.header("retry-after"), None, "{answer}");
        answer.problem(500, "panicked");
        assert_eq!(ledger.stored(fault), 0, "{fault}");
    }
}

/// The work was done, and its reply cannot be kept: the key must not allow the work twice.
#[test]
fn a_keyed_reply_that_cannot_be_kept_is_not_worked_for_twice() {
    let ledger = Ledger::new(Fixture::shared(), "keyed replies");
    for (key, times) in [("row", 2_000_001), ("local row", 9 << 20)] {
        let body = json!({ "text": key, "letter": "x", "times": times });
        for _ in 0..2 {
            let answer = ledger.keyed("give_later", key, &body);
            assert_eq!(answer.header("retry-after"), None, "{answer}");
            let problem = answer.problem(413, "too_large");
            assert_eq!(problem["outcome"], "done", "{problem}");
            assert_eq!(ledger.stored(key), 1, "{key}");
        }
        let problem = ledger.keyed("give", &format!("{key} at once"), &body).problem(413, "too_large");
        assert_eq!(problem["outcome"], "not_done", "{problem}");
        assert_eq!(ledger.stored(key), 1, "{key}, in one transaction");
    }
}

#[test]
fn a_keyed_call_that_never_ends_has_a_deadline() {
    let ledger = Ledger::new(Fixture::shared(), "endless");
    let call = json!({ "text": "within", "key": "endless", "millis": 300 });
    let told = ledger.told("within", &call);
    assert_eq!(told["code"], "timed_out", "{told}");
    assert_eq!(told["outcome"], "unknown", "{told}");
    assert_eq!(told["retryable"], false, "what it wrote before stays, and would be written again: {told}");
    // The key is free again, and what was written before stays.
    let told = ledger.told("within", &call);
    assert_eq!(told["code"], "timed_out", "{told}");
    assert_eq!(ledger.stored("within"), 2);
}

/// A handler says how long it may take, and may say so again.
#[test]
fn a_handler_sets_its_own_deadline() {
    let ledger = Ledger::new(Fixture::shared(), "patient");
    let call = |key, then| ledger.keyed("patient", key, &json!({ "text": key, "first": 1000, "then": then }));
    call("put off", 60_000).is(200);
    call("brought forward", 100).problem(504, "timed_out");
    assert_eq!((ledger.stored("put off"), ledger.stored("brought forward")), (1, 1));
    // Without a key nothing is held, and nothing ended.
    ledger.post("patient", &json!({ "text": "unkeyed", "first": 1000, "then": 100 })).is(200);
}

/// Thirty seconds unless something else was said.
#[test]
fn the_deadline_is_half_a_minute() {
    // Nobody else's panic is to end its instance meanwhile.
    let fixture = Fixture::own();
    let ledger = Ledger::new(&fixture, "half a minute");
    let began = Instant::now();
    let body = json!({ "text": "x", "millis": 3_600_000, "fault": "none" });
    let answer = ledger.keyed("first", "endless", &body);
    assert_eq!(answer.header("retry-after"), None, "a status of its own: {answer}");
    let problem = answer.problem(504, "timed_out");
    assert_eq!(problem["outcome"], "unknown", "{problem}");
    assert!(began.elapsed() >= Duration::from_secs(30), "{:?}", began.elapsed());
    assert_eq!(ledger.stored("x"), 1);
}

#[test]
fn an_error_named_like_one_of_durablys_is_the_applications() {
    let ledger = Ledger::new(Fixture::shared(), "namesakes");
    for (name, status, data) in [
        ("panicked", 418, json!({ "text": "told" })),
        ("isolate_reset", 409, json!({ "seq": 7 })),
        ("not_created", 410, json!(null)),
        ("bad_arguments", 402, json!("told")),
        ("unreachable", 451, json!("legal")),
    ] {
        for method in ["namesake", "namesake_later"] {
            let problem = ledger.post(method, &json!({ "name": name })).problem(status, name);
            assert_eq!(problem["data"], data, "{problem}");
            let error = ledger.object.fails(method, &json!([name]), name);
            assert_eq!((&error["own"]["status"], &error["own"]["data"]), (&json!(status), &data), "{error}");
            let told = ledger.told(method, &json!({ "text": name }));
            assert_eq!((&told["code"], &told["status"]), (&json!(name), &json!(status)), "{told}");
        }
    }
}

/// A stub whose object was aborted never works again: the client takes another one.
#[test]
fn a_client_outlives_an_instance() {
    let fixture = Fixture::shared();
    let ledger = Ledger::new(fixture, "persistent");
    ledger.object.call("push", &json!(["first"]));
    thread::scope(|scope| {
        let told = scope
            .spawn(|| fixture.server.post("/persist/persistent").json(&json!({ "times": 6, "millis": 200 })).send());
        thread::sleep(Duration::from_millis(500));
        ledger.object.forget();
        let told = told.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)).is(200).json();
        assert_eq!(told[5], "ok", "{told}");
    });
}

/// Members of another type are refused; none is a fault of the instance.
#[test]
fn members_of_a_wrong_type_are_refused() {
    let fixture = &Fixture::own();
    let ledger = Ledger::new(fixture, "wrong members");
    let whole = json!({ "v": 1, "rev": 1, "method": "push", "args": ["wrong"], "key": "k", "deadline": 1_000_000_000_000_000_i64, "who": {} });
    let waiting = fixture.object("Probe", "not reset by members").step("wait", &json!([1500]));
    let values = [json!(null), json!(true), json!(-1), json!(1.5), json!(u64::MAX), json!("1"), json!([]), json!({})];
    let mut steps = Vec::new();
    for member in ["v", "rev", "method", "args", "key", "deadline"] {
        for value in &values {
            let fits = (member, value) == ("args", &json!([])) || (["key", "method"].contains(&member) && value == "1");
            if !fits && (member, value) != ("deadline", &json!(-1)) {
                let mut envelope = whole.clone();
                envelope[member] = value.clone();
                steps.push(envelope);
            }
        }
    }
    for http in values.iter().filter(|value| !value.is_object()) {
        steps.push(json!({ "v": 1, "method": "push", "http": http }));
        steps.push(json!({ "v": 1, "method": "push", "http": { "params": http } }));
        steps.push(json!({ "v": 1, "method": "push", "http": { "params": { "text": 5 }, "body": {} } }));
        steps.push(json!({ "v": 1, "method": "push", "http": { "fault": http } }));
        steps.push(json!({ "v": 1, "method": "push", "http": { "fault": { "code": http } } }));
        steps.push(
            json!({ "v": 1, "method": "push", "http": { "fault": { "code": "c", "status": http, "fields": http } } }),
        );
    }
    steps.push(json!([whole]));
    let send = |envelope: &Value| ledger.object.step("__durably", &json!([envelope.to_string()]));
    let calls: Vec<Value> = std::iter::once(waiting).chain(steps.iter().map(send)).collect();
    let answers = fixture.drive("calls", &json!(calls));
    assert_eq!(answers[0]["ok"], 0, "a pending call must not be disturbed: {}", answers[0]);
    for (envelope, answer) in steps.iter().zip(answers.as_array().into_iter().flatten().skip(1)) {
        let reply: Value = serde_json::from_str(answer["ok"].as_str().unwrap_or_default()).unwrap_or_default();
        let code = reply["error"]["code"].as_str().unwrap_or_default();
        assert!(["bad_request", "newer_client"].contains(&code), "{envelope}: {answer}");
        assert_eq!(reply["error"]["outcome"], "not_done", "{envelope}: {answer}");
    }
    assert_eq!(ledger.stored("wrong"), 0);
}

#[test]
fn a_second_call_with_a_running_key_is_told_so() {
    let ledger = Ledger::new(Fixture::shared(), "in progress");
    let body = json!({ "text": "once", "millis": 1500 });
    let first = thread::scope(|scope| {
        let first = scope.spawn(|| ledger.keyed("later", "running", &body));
        thread::sleep(Duration::from_millis(500));
        let problem = ledger.keyed("later", "running", &body).problem(409, "in_progress");
        assert_eq!(problem["outcome"], "unknown", "{problem}");
        let told = ledger.told("later", &json!({ "text": "once", "millis": 1500, "key": "running" }));
        assert_eq!((&told["code"], &told["retryable"]), (&json!("in_progress"), &json!(true)), "{told}");
        first.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)).is(200).json()
    });
    assert_eq!(ledger.keyed("later", "running", &body).is(200).json(), first);
    assert_eq!(ledger.stored("once"), 1);
}

/// It waits for the configuration, before its transaction: nothing was done, and it may be repeated.
#[test]
fn a_call_that_has_not_begun_is_not_done() {
    let fixture = Fixture::own();
    let ledger = Ledger::new(&fixture, "waiting");
    fixture.drive("delay", &json!(3000));
    let error = thread::scope(|scope| {
        let waiting = scope.spawn(|| ledger.object.fails("configured", &json!(["waited"]), "isolate_reset"));
        thread::sleep(Duration::from_millis(700));
        fixture.server.post("/fail/panic").send().problem(500, "panicked");
        waiting.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    });
    assert_eq!((&error["own"]["outcome"], &error["own"]["retryable"]), (&json!("not_done"), &json!(true)), "{error}");
    fixture.drive("delay", &json!(0));
    assert_eq!(ledger.stored("waited"), 0);
    ledger.object.call("configured", &json!(["waited"]));
}

/// Before it began, a deadline leaves nothing done.
#[test]
fn a_deadline_that_passed_is_not_done() {
    let fixture = Fixture::own();
    let ledger = Ledger::new(&fixture, "late");
    // The object waits longer for its configuration than the call has time.
    fixture.drive("delay", &json!(1000));
    let told = ledger.told("within", &json!({ "text": "late", "millis": 300 }));
    assert_eq!((&told["code"], &told["outcome"]), (&json!("deadline_exceeded"), &json!("not_done")), "{told}");
    assert_eq!(told["retryable"], true, "{told}");
    assert_eq!(ledger.stored("late"), 0);
}

/// In its place one comes that says which was too long; a synchronous method's writes are undone with it.
#[test]
fn an_error_beyond_the_limit_is_told_as_one() {
    let ledger = Ledger::new(Fixture::shared(), "long errors");
    for (method, stored, outcome) in [("burst", 0, "not_done"), ("burst_later", 1, "unknown")] {
        let text = |door: &str| format!("{method} {door}");
        let body = json!({ "text": text("http"), "letter": "x", "times": RPC });
        let problem = ledger.post(method, &body).problem(413, "error_too_large");
        assert_eq!(problem["outcome"], outcome, "{problem}");
        assert!(problem["detail"].to_string().contains("the error `full` has"), "{problem}");
        let error = ledger.object.fails(method, &json!([text("native"), "x", RPC]), "error_too_large");
        assert_eq!((&error["own"]["outcome"], &error["own"]["status"]), (&json!(outcome), &json!(413)), "{error}");
        let told = ledger.told(method, &json!({ "text": text("typed"), "millis": RPC }));
        assert_eq!((&told["code"], &told["outcome"]), (&json!("error_too_large"), &json!(outcome)), "{told}");
        for door in ["http", "native", "typed"] {
            assert_eq!(ledger.stored(&text(door)), stored, "{method} {door}");
        }
        // Just below the limit it is the application's.
        let told = ledger.told(method, &json!({ "text": text("fits"), "millis": RPC - 2048 }));
        assert_eq!((&told["code"], &told["status"]), (&json!("full"), &json!(409)), "{method}");
    }
    let fits = ledger.object.attempt("burst", &json!(["fits", "x", RPC - 4096]));
    assert_eq!(fits["error"]["own"]["code"], "full", "a native error has its message twice, and it is short");
}

/// A million faults would not fit into memory, and the instance is everybody's.
#[test]
fn arguments_that_are_wrong_in_many_places_end_nobody() {
    let fixture = Fixture::own();
    let ledger = Ledger::new(&fixture, "many faults");
    let waiting = fixture.object("Probe", "not reset by faults").step("wait", &json!([2500]));
    let outcome = thread::scope(|scope| {
        let waiting = scope.spawn(|| fixture.drive("call", &waiting));
        thread::sleep(Duration::from_millis(200));
        let problem =
            ledger.post("amount", &json!({ "numbers": vec![Value::Null; 200_000] })).problem(422, "bad_arguments");
        assert_eq!(problem["errors"].as_array().map(Vec::len), Some(101), "{}", problem["outcome"]);
        waiting.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    });
    assert_eq!(outcome, json!({ "ok": 0 }));
}

/// A method that awaits, and a function, may have written, whatever their verb.
#[test]
fn a_get_that_may_have_written_is_not_asked_for_again() {
    let fixture = Fixture::own();
    let ledger = Ledger::new(&fixture, "written");
    let paths = ["/written/written?text=function&millis=2500".to_owned(), ledger.path("count?text=method&millis=2500")];
    for (path, text) in paths.iter().zip(["function", "method"]) {
        let answer = thread::scope(|scope| {
            let waiting = scope.spawn(|| fixture.server.get(path).send());
            thread::sleep(Duration::from_millis(700));
            fixture.server.post("/fail/panic").send().problem(500, "panicked");
            waiting.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        assert_eq!(answer.header("retry-after"), None, "{answer}");
        assert_eq!(answer.problem(503, "isolate_reset")["outcome"], "unknown");
        assert_eq!(ledger.stored(text), 1, "{text}");
    }
}
