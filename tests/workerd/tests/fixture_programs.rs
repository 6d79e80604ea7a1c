//! The random programs of `tests/host`, run by objects on workerd: what they tell, what they have in memory, what they have
//! stored, and what is left after a wake, beside the same model.

use std::collections::BTreeSet;

use durably_host_tests::check::{in_memory, number, told};
use durably_host_tests::model::{Model, Outcome};
use durably_host_tests::programs::Peer;
use durably_host_tests::random::{Call, calls, runner};
use durably_host_tests::world::{Answer, json};
use durably_workerd_tests::fixture::{Fixture, Object};
use serde_json::{Value, json};

#[test]
fn two_hundred_programs_do_as_the_model() {
    let (seed, from) = (number("DURABLY_SEED", 9), number("DURABLY_FROM", 0));
    let fixture = Fixture::own();
    for program in from..from + number("DURABLY_PROGRAMS", 200) {
        let calls = calls(&mut runner(seed, program), false).current();
        let calls = calls.into_iter().map(|call| call.renamed(&|name| format!("{name} of {seed}-{program}")));
        let calls: Vec<Call> = calls.collect();
        compare(&fixture, &calls).unwrap_or_else(|why| {
            panic!("DURABLY_SEED={seed} DURABLY_FROM={program} DURABLY_PROGRAMS=1\n{why}\nin {calls:#?}")
        });
    }
}

fn compare(fixture: &Fixture, calls: &[Call]) -> Result<(), String> {
    let (mut model, mut peers) = (Model::default(), BTreeSet::new());
    fixture.object("Engine", "pocket").call("empty_pocket", &json!([]));
    for (place, call) in calls.iter().enumerate() {
        peers.extend(call.peers());
        let (answer, expected) = both(fixture, &mut model, call);
        let compared = told(&answer, &expected).and_then(|()| same(fixture, &model, &peers));
        compared.map_err(|why| format!("after call {place}, {call:?}: {why}"))?;
    }
    stored(fixture, &model, &peers)?;
    for peer in &peers {
        object(fixture, peer).forget();
    }
    same(fixture, &model, &peers).map_err(|why| format!("after a wake: {why}"))
}

fn both(fixture: &Fixture, model: &mut Model, call: &Call) -> (Answer, Outcome) {
    let answer = |peer: &Peer, method: &str, args: Value| answer(&object(fixture, peer).attempt(method, &args));
    match call {
        Call::Create(name, program) => {
            let answer = answer(&Peer::Machine(name.clone()), "create", json!([json(program)]));
            (answer, model.create(name, program, false))
        }
        Call::Run(peer, program) | Call::Refused(peer, program) => {
            (answer(peer, "run", json!([json(program)])), model.run(peer, program, false))
        }
        Call::Drive(peer, acts) => {
            let expected = model.drive(peer, acts);
            // Who waits for an object that panics may be told of that, or of the reset that it is to everybody.
            let answer = answer(peer, "drive", json!([json(acts)])).map_err(|code| match &expected {
                Err(panicked) if panicked == "panicked" && code == "isolate_reset" => panicked.clone(),
                _ => code,
            });
            (answer, expected)
        }
        Call::Forget(peer) => {
            object(fixture, peer).forget();
            model.forget(peer);
            (Ok(Value::Null), Ok(Vec::new()))
        }
    }
}

fn object<'a>(fixture: &'a Fixture, peer: &Peer) -> Object<'a> {
    match peer {
        Peer::Machine(name) => fixture.object("Machine", name),
        Peer::Engine(name) => fixture.object("Engine", name),
    }
}

/// What came, or the code of the error.
fn answer(outcome: &Value) -> Answer {
    match (outcome.get("ok"), outcome["error"]["message"].as_str()) {
        (Some(answer), _) => Ok(answer.clone()),
        (None, Some(message)) => Err(message.split(": ").next().unwrap_or_default().to_owned()),
        (None, None) => Err(outcome.to_string()),
    }
}

/// What each object has in memory.
fn same(fixture: &Fixture, model: &Model, peers: &BTreeSet<Peer>) -> Result<(), String> {
    let steps: Vec<Value> = peers.iter().map(|peer| object(fixture, peer).step("contents", &json!([]))).collect();
    let seen = fixture.drive("sequence", &json!(steps));
    peers.iter().zip(seen.as_array().into_iter().flatten()).try_for_each(|(peer, seen)| {
        in_memory(&answer(seen), &model.contents(peer)).map_err(|why| format!("{peer:?} {why}"))
    })
}

/// Which tables each object has, and how many rows are in them.
fn stored(fixture: &Fixture, model: &Model, peers: &BTreeSet<Peer>) -> Result<(), String> {
    for peer in peers {
        let (dump, expected) = (object(fixture, peer).dump(), model.stored(peer));
        let rows = |table: &Value| table["rows"].as_array().map_or(0, Vec::len);
        let tables = dump["tables"].as_object().into_iter().flatten();
        // Miniflare has one of its own.
        let tables =
            tables.filter(|(name, _)| !name.starts_with("__")).map(|(name, table)| (name.clone(), rows(table)));
        let state = expected.row.iter().map(|_| ("durably_state".to_owned(), 1));
        let known = expected.tables.keys().map(|name| ((*name).to_owned(), expected.count(name)));
        let (tables, known): (BTreeSet<_>, BTreeSet<_>) = (tables.collect(), state.chain(known).collect());
        if tables != known {
            return Err(format!("{peer:?} has stored {dump}, expected {known:?}"));
        }
    }
    Ok(())
}
