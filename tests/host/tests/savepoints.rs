//! Faults of transactions, one by one: each was found, and each has its program.
#![allow(clippy::unwrap_used, reason = "what goes wrong in a helper fails the test")]

use durably_host_tests::programs::{Kind, Part, Peer, Place, Program, Step};
use durably_host_tests::world::{Answer, World, json};
use serde_json::json;

fn program(steps: Vec<Step>) -> Program {
    Program { steps, tolerant: false }
}

fn part(steps: Vec<Step>) -> Step {
    Step::Savepoint(Part { steps, swallowed: true })
}

fn machine() -> Peer {
    Peer::Machine("m".into())
}

fn push(text: &str) -> Step {
    Step::Push(Place::First, text.into())
}

/// The collections of an object, before and after it forgot them.
#[track_caller]
fn collections(world: &World, peer: &Peer) -> Answer {
    let seen = world.call(peer, "contents", &[]);
    world.forget(peer);
    assert_eq!(world.call(peer, "contents", &[]), seen, "memory and storage differ");
    seen.map(|contents| contents["collections"].clone())
}

#[test]
fn a_failed_savepoint_in_create_loses_nothing() {
    let world = World::new();
    let failing = part(vec![push("lost"), Step::Insert(Place::First, "lost".into(), 1), Step::Fail]);
    let marks = Step::Insert(Place::First, "kept".into(), 1);
    let create = program(vec![push("a"), marks, failing, push("b")]);
    assert_eq!(world.call(&machine(), "create", &[json(&create)]), Ok(json!(null)));
    assert_eq!(collections(&world, &machine()), Ok(json!(["1=a,2=b", "", "kept=1", ""])));
}

#[test]
fn a_savepoint_in_create_is_kept() {
    let world = World::new();
    let create = program(vec![push("a"), part(vec![push("b"), part(vec![push("c")])]), push("d")]);
    assert_eq!(world.call(&machine(), "create", &[json(&create)]), Ok(json!(null)));
    assert_eq!(collections(&world, &machine()), Ok(json!(["1=a,2=b,3=c,4=d", "", "", ""])));
}

/// A handle that a savepoint let go is a second one of the same table. In another object it is a door to this one's rows.
#[test]
fn a_collection_of_another_object_is_found() {
    let world = World::new();
    let (one, two) = (Peer::Engine("one".into()), Peer::Engine("two".into()));
    let steal = program(vec![push("mine"), part(vec![Step::Take(Kind::Log, Place::First), Step::Fail])]);
    assert!(world.call(&one, "run", &[json(&steal)]).is_ok());
    let intrude = program(vec![Step::PutBack(Kind::Log, Place::First), Step::Number(1)]);
    assert_eq!(world.call(&two, "run", &[json(&intrude)]), Err("wrong_collection".into()));
    assert_eq!(collections(&world, &two), Ok(json!(["", "", "", ""])));
    assert_eq!(collections(&world, &one), Ok(json!(["1=mine", "", "", ""])));
}

/// A push that nothing can ever store is an error, not a place.
#[test]
fn a_push_to_a_collection_that_belongs_to_no_object_is_an_error() {
    let world = World::new();
    let engine = Peer::Engine("e".into());
    let first = Place::First;
    let steps = vec![Step::Take(Kind::Log, first), push("lost"), Step::PutBack(Kind::Log, first)];
    assert_eq!(world.call(&engine, "run", &[json(&program(steps))]), Err("detached".into()));
    assert_eq!(collections(&world, &engine), Ok(json!(["", "", "", ""])));
}

/// What was stored already can't become the collection of an object that is made: its rows would not come along.
#[test]
fn a_create_takes_no_stored_collection() {
    let world = World::new();
    let steal = program(vec![push("mine"), part(vec![Step::Take(Kind::Log, Place::First), Step::Fail])]);
    assert!(world.call(&Peer::Engine("one".into()), "run", &[json(&steal)]).is_ok());
    let create = program(vec![push("a"), Step::PutBack(Kind::Log, Place::First)]);
    assert_eq!(world.call(&machine(), "create", &[json(&create)]), Err("wrong_collection".into()));
    assert_eq!(collections(&world, &machine()), Err("not_created".into()));
}

/// A savepoint gives back what was there before it, an exchange that came before it too.
#[test]
fn a_savepoint_between_two_exchanges_changes_neither() {
    let world = World::new();
    let engine = Peer::Engine("e".into());
    for fails in [Step::Fail, Step::Number(1)] {
        let inner = part(vec![push("into the other table"), fails]);
        let steps = vec![Step::SwapLogs, inner, push("there too"), Step::SwapLogs];
        let told = world.call(&engine, "run", &[json(&program(steps))]);
        assert!(told.is_ok(), "{told:?}");
    }
    let rows = json!(["", "1=there too,2=into the other table,3=there too", "", ""]);
    assert_eq!(collections(&world, &engine), Ok(rows));
}

/// A database that is full refuses statements in the middle of a handler, which may swallow that: memory and storage stay
/// one, and what was there before is there.
#[test]
fn a_full_database_keeps_memory_and_storage_together() {
    let world = World::new();
    let engine = Peer::Engine("e".into());
    assert!(world.call(&engine, "run", &[json(&program(vec![push("first")]))]).is_ok());
    world.database(&engine).connection().pragma_update(None, "max_page_count", 40).unwrap();
    let large = |text: &str| push(&text.repeat(30_000));
    for (number, swallowed) in [(1, true), (2, false), (3, true)] {
        let inner = Step::Savepoint(Part { steps: vec![large("a"), large("b"), large("c")], swallowed });
        let steps = vec![push("before"), inner, large("d"), large("e"), large("f"), Step::Number(number)];
        let told = world.call(&engine, "run", &[json(&Program { steps, tolerant: number == 3 })]);
        let rows = collections(&world, &engine).unwrap()[0].to_string();
        assert!(rows.contains("1=first"), "{rows:.200}");
        assert_eq!(rows.contains("2=before"), told.is_ok() || number == 3, "{told:?}");
    }
}
