//! A program run by objects on the host and by the model, compared after each of its calls and after a wake.

use std::collections::BTreeMap;
use std::env;
use std::panic::set_hook;
use std::sync::Once;

use durably::host::Database;
use fixture::programs::Peer;
use proptest::test_runner::{TestCaseError, TestError};
use serde_json::Value;

use crate::model::{Columns, Line, Model, Outcome, Stored, TABLES, Table};
use crate::random::{Call, calls, runner};
use crate::world::{Answer, World, json};

/// A number that the environment sets: which programs run, and how many.
pub fn number(name: &str, unset: u64) -> u64 {
    match env::var(name) {
        Err(_) => unset,
        Ok(text) => text.parse().unwrap_or_else(|error| panic!("{name} is {text:?}: {error}")),
    }
}

/// Runs one program of a seed. What differs, if anything does, with the smallest program in which it does.
pub fn one(seed: u64, number: u64) -> Result<(), String> {
    silence();
    let mut runner = runner(seed, number);
    let tree = calls(&mut runner, true);
    let compared = runner.run_one(tree, |calls| compare(&calls).map_err(TestCaseError::fail));
    match compared {
        Ok(_) => Ok(()),
        Err(TestError::Fail(why, calls)) => Err(format!("{why}\nin {calls:#?}")),
        Err(error) => Err(error.to_string()),
    }
}

/// Runs one program of a seed as it is, and says where it differs, if it does.
pub fn unlike(seed: u64, number: u64) -> Option<String> {
    silence();
    compare(&calls(&mut runner(seed, number), true).current()).err()
}

/// Panics are what programs do: their messages are nobody's business.
fn silence() {
    static SILENT: Once = Once::new();
    SILENT.call_once(|| {
        let told = std::panic::take_hook();
        set_hook(Box::new(move |panic| {
            let planned = panic.payload_as_str().is_some_and(|text| text == "the program panicked, as it was to");
            if !planned {
                told(panic);
            }
        }));
    });
}

/// Runs the calls in both, and says where they differ.
pub fn compare(calls: &[Call]) -> Result<(), String> {
    let (world, mut model) = (World::new(), Model::default());
    let peers = ["a", "b"].map(str::to_owned);
    let peers: Vec<Peer> =
        peers.iter().cloned().map(Peer::Machine).chain(peers.iter().cloned().map(Peer::Engine)).collect();
    for (place, call) in calls.iter().enumerate() {
        let step = || format!("after call {place}, {call:?}");
        let (answer, expected) = both(&world, &mut model, call);
        told(&answer, &expected).map_err(|why| format!("{}: {why}", step()))?;
        // An object that was not called is looked at in the end; what calls others, or takes their memory, may be any of them.
        let called = call.peer().filter(|_| answer != Err("panicked".into()));
        for peer in peers.iter().filter(|peer| called.as_ref().is_none_or(|called| called == *peer)) {
            same(&world, &model, peer).map_err(|why| format!("{}: {why}", step()))?;
        }
    }
    for peer in &peers {
        world.forget(peer);
    }
    peers.iter().try_for_each(|peer| same(&world, &model, peer)).map_err(|why| format!("after a wake: {why}"))
}

fn both(world: &World, model: &mut Model, call: &Call) -> (Answer, Outcome) {
    match call {
        Call::Create(name, program) => {
            let answer = world.call(&Peer::Machine(name.clone()), "create", &[json(program)]);
            (answer, model.create(name, program, false))
        }
        Call::Run(peer, program) => (world.call(peer, "run", &[json(program)]), model.run(peer, program, false)),
        Call::Drive(peer, acts) => (world.call(peer, "drive", &[json(acts)]), model.drive(peer, acts)),
        Call::Refused(peer, program) => refused(world, model, peer, program),
        Call::Forget(peer) => {
            world.forget(peer);
            model.forget(peer);
            (Ok(Value::Null), Ok(Vec::new()))
        }
    }
}

fn refused(world: &World, model: &mut Model, peer: &Peer, program: &fixture::programs::Program) -> (Answer, Outcome) {
    let (method, expected) = match peer {
        Peer::Machine(name) if model.stored(peer).row.is_none() => ("create", model.create(name, program, true)),
        peer => ("run", model.run(peer, program, true)),
    };
    let database = world.database(peer);
    database.refuse(true);
    let answer = world.call(peer, method, &[json(program)]);
    database.refuse(false);
    (answer, expected)
}

/// Whether what a call told is what the model expects.
pub fn told(answer: &Answer, expected: &Outcome) -> Result<(), String> {
    let differs = || Err(format!("told {answer:?}, expected {expected:?}"));
    match (answer, expected) {
        (Err(code), Err(expected)) if code == expected => Ok(()),
        (Ok(answer), Ok(lines)) => {
            let told: Vec<&str> = answer.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let fits =
                told.len() == lines.len() && lines.iter().zip(told).all(|(line, text): (&Line, _)| line.fits(text));
            if fits { Ok(()) } else { differs() }
        }
        _ => differs(),
    }
}

/// Whether memory and storage of an object are as the model has them.
fn same(world: &World, model: &Model, peer: &Peer) -> Result<(), String> {
    let (stored, expected) = (read(&world.database(peer)), model.stored(peer));
    if stored != expected {
        return Err(format!("{peer:?} has stored {stored:?}, expected {expected:?}"));
    }
    in_memory(&world.call(peer, "contents", &[]), &model.contents(peer)).map_err(|why| format!("{peer:?} {why}"))
}

/// Whether what `contents` answers is as the model has it.
pub fn in_memory(seen: &Answer, expected: &Result<(Columns, Vec<String>), String>) -> Result<(), String> {
    let parsed = seen.clone().map(|seen| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let texts = |value: &Value| value.as_array().into_iter().flatten().map(text).collect();
        let columns = Columns {
            number: seen["number"].as_i64().unwrap_or(i64::MIN),
            text: text(&seen["text"]),
            maybe: seen["maybe"].as_i64(),
            list: texts(&seen["list"]),
        };
        (columns, texts(&seen["collections"]))
    });
    if parsed == *expected { Ok(()) } else { Err(format!("has in memory {seen:?}, expected {expected:?}")) }
}

fn read(database: &Database) -> Stored {
    read_tables(database).unwrap_or_else(|error| panic!("the database can't be read: {error}"))
}

fn read_tables(database: &Database) -> rusqlite::Result<Stored> {
    let connection = database.connection();
    let mut names = connection.prepare_cached("SELECT name FROM sqlite_master WHERE type = 'table'")?;
    let names: Vec<String> = names.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut stored = Stored::default();
    if names.iter().any(|name| name == "durably_state") {
        let mut row = connection.prepare_cached("SELECT number, text, maybe, list FROM durably_state")?;
        let mut rows = row.query([])?;
        while let Some(row) = rows.next()? {
            let list: String = row.get(3)?;
            let list = serde_json::from_str(&list).unwrap_or_else(|error| panic!("{list}: {error}"));
            stored.row = Some(Columns { number: row.get(0)?, text: row.get(1)?, maybe: row.get(2)?, list });
        }
    }
    for table in TABLES.into_iter().filter(|table| names.iter().any(|name| name == table)) {
        let rows = if matches!(table, "lines" | "others") {
            let mut items = connection.prepare_cached(&format!("SELECT value FROM {table} ORDER BY _seq"))?;
            Table::Log(items.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
        } else {
            let mut entries = connection.prepare_cached(&format!("SELECT _key, value FROM {table}"))?;
            let entries = entries.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Table::Map(entries.collect::<Result<BTreeMap<_, _>, _>>()?)
        };
        stored.tables.insert(table, rows);
    }
    Ok(stored)
}
