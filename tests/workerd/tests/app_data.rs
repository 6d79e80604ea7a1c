//! What is acknowledged is there: after many writers, after a restart, after a kill -9, beside damaged data.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use durably_workerd_tests::chat::{OPERATOR, User, conversation, own, session, shared, string, turns};
use durably_workerd_tests::{App, Options, Server};
use serde_json::{Value, json};

/// Place and text of each turn.
fn listed(user: &User, server: &Server, id: &str) -> BTreeMap<u64, String> {
    let turns = user.turns(server, id);
    let listed: BTreeMap<u64, String> =
        turns.iter().map(|turn| (turn["seq"].as_u64().unwrap_or_default(), string(&turn["text"]))).collect();
    assert_eq!(listed.len(), turns.len(), "a place is there twice: {turns:?}");
    listed
}

#[test]
fn fifty_writers_lose_nothing_and_share_no_place() {
    const WRITERS: u64 = 50;
    const EACH: u64 = 5;

    let server = shared();
    let ada = User::sign_in(server, "fifty");
    let id = ada.conversation(server, "");
    let acknowledged: Vec<(u64, String)> = thread::scope(|scope| {
        let write = |writer| {
            let (ada, id) = (&ada, &id);
            move || -> Vec<(u64, String)> {
                let texts = (0..EACH).map(|n| format!("{writer}/{n}"));
                texts.map(|text| (ada.append(server, id, &text), text)).collect()
            }
        };
        let writers: Vec<_> = (0..WRITERS).map(|writer| scope.spawn(write(writer))).collect();
        writers.into_iter().flat_map(|writer| writer.join().unwrap_or_default()).collect()
    });
    assert_eq!(acknowledged.len() as u64, WRITERS * EACH);
    let acknowledged: BTreeMap<u64, String> = acknowledged.into_iter().collect();
    assert_eq!(listed(&ada, server, &id), acknowledged);
    assert!(acknowledged.keys().copied().eq(1..=WRITERS * EACH), "{:?}", acknowledged.keys());
    // Each writer's own turns stand in the order in which it wrote them.
    for writer in 0..WRITERS {
        let own = acknowledged.values().filter_map(|text| text.strip_prefix(&format!("{writer}/")));
        assert!(own.eq((0..EACH).map(|n| n.to_string())), "{writer}");
    }
    assert_eq!(ada.get(server, &conversation(&id)).json()["turns"], json!(WRITERS * EACH));
}

#[test]
fn a_clean_restart_keeps_everything() {
    let mut server = own();
    let ada = User::sign_in(&server, "restarted");
    let (open, closed) = (ada.conversation(&server, "open"), ada.conversation(&server, "closed"));
    let keyed = |server: &Server| {
        let request = ada.request(server, "POST", &turns(&open)).header("idempotency-key", "k");
        request.json(&json!({ "role": "tool", "text": "once\u{0}" })).send().is(201).json()
    };
    let first = keyed(&server);
    ada.append(&server, &open, "two");
    assert_eq!(ada.request(&server, "POST", &format!("{}/close", conversation(&closed))).send().status, 204);
    let config = server.request("PATCH", "/v1/config").bearer(OPERATOR).json(&json!({ "max_text": 77 })).send();
    config.is(200);
    let everything = |server: &Server| -> Vec<Value> {
        let paths = [
            "/v1/conversations".into(),
            conversation(&open),
            conversation(&closed),
            turns(&open),
            turns(&closed),
            session(&ada.session),
        ];
        let mut all: Vec<Value> = paths.iter().map(|path| ada.get(server, path).is(200).json()).collect();
        all.push(server.get("/v1/config").bearer(OPERATOR).send().is(200).json());
        all
    };
    let before = everything(&server);
    let stored = |server: &Server| ["Conversation", "Session", "Account"].map(|class| server.dumps(class));
    let dumped = stored(&server);
    server.restart();
    assert_eq!(everything(&server), before);
    assert_eq!(stored(&server), dumped);
    // The key is remembered, and the next place follows.
    assert_eq!(keyed(&server), first);
    assert_eq!(ada.append(&server, &open, "three"), 3);
    ada.post(&server, &turns(&closed), &json!({ "role": "user", "text": "x" })).problem(409, "closed");
}

#[test]
fn kill_9_right_behind_an_acknowledged_write_loses_nothing() {
    let mut server = own();
    let ada = User::sign_in(&server, "killed");
    let id = ada.conversation(&server, "killed");
    for round in 1..=4 {
        assert_eq!(ada.append(&server, &id, &format!("round {round}")), round);
        server.kill9();
        let expected: BTreeMap<u64, String> = (1..=round).map(|round| (round, format!("round {round}"))).collect();
        assert_eq!(listed(&ada, &server, &id), expected);
    }
    // Everything else that is acknowledged, each killed at once.
    let new = ada.conversation(&server, "new");
    server.kill9();
    assert_eq!(ada.get(&server, &conversation(&new)).is(200).json()["title"], "new");
    assert_eq!(ada.get(&server, "/v1/conversations").is(200).json()["conversations"][0]["conversation"], json!(new));
    let bob = User::sign_in(&server, "bob");
    server.kill9();
    bob.get(&server, &session(&bob.session)).is(200);
    assert_eq!(ada.request(&server, "POST", &format!("{}/close", conversation(&id))).send().status, 204);
    server.kill9();
    assert_eq!(ada.get(&server, &conversation(&id)).is(200).json()["status"], "closed");
    assert_eq!(bob.request(&server, "DELETE", &session(&bob.session)).send().status, 204);
    server.kill9();
    bob.get(&server, &session(&bob.session)).problem(401, "unauthorized");
    let patched = server.request("PATCH", "/v1/config").bearer(OPERATOR).json(&json!({ "max_text": 55 })).send();
    patched.is(200);
    server.kill9();
    assert_eq!(server.get("/v1/config").bearer(OPERATOR).send().is(200).json()["max_text"], 55);
}

#[test]
fn kill_9_amid_writers_keeps_what_was_acknowledged() {
    let mut server = own();
    let ada = User::sign_in(&server, "amid");
    let id = ada.conversation(&server, "");
    let stopped = AtomicBool::new(false);
    let written: Vec<(u64, String)> = thread::scope(|scope| {
        let write = |writer: u32| {
            let (server, ada, id, stopped) = (&server, &ada, &id, &stopped);
            move || {
                let mut written = Vec::new();
                for n in 0.. {
                    let text = format!("{writer}/{n}");
                    let turn = json!({ "role": "user", "text": text });
                    let request = ada.request(server, "POST", &turns(id)).json(&turn);
                    match request.attempt() {
                        Ok(answer) if answer.status == 201 => {
                            written.push((answer.json()["seq"].as_u64().unwrap_or_default(), text));
                        }
                        _ => break,
                    }
                    if stopped.load(Ordering::Relaxed) {
                        break;
                    }
                }
                written
            }
        };
        let writers: Vec<_> = (0..8).map(|writer| scope.spawn(write(writer))).collect();
        thread::sleep(Duration::from_millis(1500));
        server.kill();
        stopped.store(true, Ordering::Relaxed);
        writers.into_iter().flat_map(|writer| writer.join().unwrap_or_default()).collect()
    });
    server.up();
    assert!(written.len() > 20, "{} writes in a second and a half", written.len());
    let there = listed(&ada, &server, &id);
    for (seq, text) in &written {
        assert_eq!(there.get(seq), Some(text), "acknowledged and lost");
    }
    // At most the one of each writer that was under way.
    assert!(there.len() <= written.len() + 8, "{} of {}", there.len(), written.len());
    assert!(there.keys().copied().eq(1..=there.len() as u64), "{:?}", there.keys());
    assert_eq!(ada.append(&server, &id, "next"), there.len() as u64 + 1);
}

/// A creation that died between its entry in the account and the conversation.
#[test]
fn an_abandoned_entry_is_hidden_and_the_next_write_removes_it() {
    let mut server = own();
    let ada = User::sign_in(&server, "abandoner");
    let [abandoned, unfinished, begun, whole] =
        ["abandoned", "unfinished", "begun", "whole"].map(|t| ada.conversation(&server, t));
    server.down();
    // As it is left by a crash before the conversation was made: its entry is pending and its storage is empty.
    for id in [&abandoned, &begun] {
        fs::remove_file(server.file("Conversation", id)).unwrap_or_else(|error| panic!("{error}"));
    }
    let account = server.ids("Account").remove(0);
    let database = server.open("Account", &account);
    // `unfinished` died after it was made, before the account heard of it. `begun` is too young to be given up.
    for (id, age) in [(&abandoned, 61), (&unfinished, 3600), (&begun, 0)] {
        let sql = format!("UPDATE entries SET at = at - {age} * 1000 WHERE conversation = ?");
        assert_eq!(database.execute(&sql, [id]), Ok(1));
        let sql = "INSERT INTO pending (_key, value) SELECT _key, at FROM entries WHERE conversation = ?";
        assert_eq!(database.execute(sql, [id]), Ok(1));
    }
    drop(database);
    server.up();

    let titles = |server: &Server| -> Vec<String> {
        let page = ada.get(server, "/v1/conversations").is(200).json();
        page["conversations"].as_array().into_iter().flatten().map(|entry| string(&entry["title"])).collect()
    };
    let rows = |server: &Server, table: &str| server.dump("Account", &account).rows(table).len();
    assert_eq!(titles(&server), ["whole", "begun", "unfinished"]);
    ada.get(&server, &conversation(&abandoned)).problem(404, "not_found");
    ada.post(&server, &turns(&abandoned), &json!({ "role": "user", "text": "x" })).problem(404, "not_found");
    // Reading removes nothing.
    assert_eq!((rows(&server, "entries"), rows(&server, "pending")), (4, 3));

    ada.conversation(&server, "next");
    assert_eq!(titles(&server), ["next", "whole", "begun", "unfinished"]);
    assert_eq!((rows(&server, "entries"), rows(&server, "pending")), (4, 1));
    let entries = server.dump("Account", &account).to_string();
    assert!(!entries.contains(&abandoned) && entries.contains(&unfinished) && entries.contains(&begun), "{entries}");
    ada.get(&server, &conversation(&whole)).is(200);
    ada.get(&server, &conversation(&unfinished)).is(200);
}

/// A creation that died half-way and is repeated by its key, before its clean-up comes to an end and after it.
#[test]
fn a_late_clean_up_does_not_undo_a_repeated_creation() {
    let mut server = App::reference().serve_opened(Options::default());
    let ada = User::sign_in(&server, "repeater");
    let create = |server: &Server, key: &str| {
        let request = ada.request(server, "POST", "/v1/conversations").header("idempotency-key", key);
        string(&request.json(&json!({ "title": key })).send().is(201).json()["conversation"])
    };
    let ids = ["before", "after"].map(|key| create(&server, key));
    server.down();
    let account = server.ids("Account").remove(0);
    let database = server.open("Account", &account);
    for id in &ids {
        fs::remove_file(server.file("Conversation", id)).unwrap_or_else(|error| panic!("{error}"));
        let old = "UPDATE entries SET at = at - 61000 WHERE conversation = ?";
        assert_eq!(database.execute(old, [id]), Ok(1));
        let sql = "INSERT INTO pending (_key, value) SELECT _key, at FROM entries WHERE conversation = ?";
        assert_eq!(database.execute(sql, [id]), Ok(1));
    }
    drop(database);
    server.up();
    let listed = |server: &Server| -> BTreeSet<String> {
        let page = ada.get(server, "/v1/conversations").is(200).json();
        page["conversations"].as_array().into_iter().flatten().map(|entry| string(&entry["conversation"])).collect()
    };
    assert!(listed(&server).is_empty(), "both are abandoned");

    // A clean-up looks, and finds that neither is there. `before` is repeated before it goes on.
    let stale = server.envelope("ACCOUNT", &account, "stale", &json!([]))["ok"].clone();
    let stale: Vec<Value> = stale.as_array().cloned().unwrap_or_default();
    assert_eq!(stale.len(), 2, "{stale:?}");
    let settled: Vec<Value> = stale.iter().map(|begun| json!({ "entry": begun["entry"], "exists": false })).collect();
    assert_eq!(create(&server, "before"), ids[0]);
    assert_eq!(server.envelope("ACCOUNT", &account, "settle", &json!([settled])), json!({ "ok": null }));
    assert_eq!(listed(&server), BTreeSet::from([ids[0].clone()]), "the late clean-up undid a creation");
    // `after` is repeated when its entry is gone.
    assert_eq!(create(&server, "after"), ids[1]);
    assert_eq!(listed(&server), BTreeSet::from(ids.clone()));
    assert!(server.dump("Account", &account).rows("pending").is_empty());
    for id in &ids {
        ada.get(&server, &conversation(id)).is(200);
    }
}

/// Damage to one conversation: what is done to its storage, and the code that everyone is then answered with.
const DAMAGE: [(&str, &str); 12] = [
    ("UPDATE durably_state SET status = 'Opened'", "unreadable"),
    ("UPDATE durably_state SET status = x'00ff'", "unreadable"),
    ("UPDATE durably_state SET created_at = 'yesterday'", "unreadable"),
    ("UPDATE durably_state SET created_at = 1.5", "unreadable"),
    ("UPDATE durably_state SET title = x'ff'", "unreadable"),
    ("UPDATE durably_state SET owner = x'ff'", "unreadable"),
    ("UPDATE durably_state SET _hash = '0123456789abcdef'", "shape_mismatch"),
    ("UPDATE durably_state SET _revision = 2", "shape_mismatch"),
    ("UPDATE durably_state SET _revision = 0", "shape_mismatch"),
    ("UPDATE durably_state SET _hash = 'of another world'", "damaged"),
    ("DELETE FROM durably_state", "damaged"),
    ("ALTER TABLE durably_state RENAME COLUMN title TO headline", "sql"),
];

#[test]
fn damaged_data_is_a_typed_error_and_stays_as_it_is() {
    let mut server = own();
    let ada = User::sign_in(&server, "damaged");
    let healthy = ada.conversation(&server, "healthy");
    let ids: Vec<String> = DAMAGE.iter().map(|(sql, _)| ada.conversation(&server, &sql[..20])).collect();
    for id in &ids {
        ada.append(&server, id, "kept");
    }
    server.down();
    for (id, (sql, _)) in ids.iter().zip(DAMAGE) {
        let changed = server.open("Conversation", id).execute(sql, []);
        assert!(changed.is_ok(), "{sql}: {changed:?}");
    }
    let before = server.dumps("Conversation");
    server.up();
    for (id, (sql, code)) in ids.iter().zip(DAMAGE) {
        let turn = json!({ "role": "user", "text": "x" });
        let attempts = [
            ada.request(&server, "GET", &conversation(id)),
            ada.request(&server, "GET", &turns(id)),
            ada.request(&server, "POST", &turns(id)).json(&turn),
            ada.request(&server, "POST", &turns(id)).header("idempotency-key", "k").json(&turn),
            ada.request(&server, "POST", &format!("{}/close", conversation(id))),
            ada.request(&server, "GET", &conversation(id)),
        ];
        for attempt in attempts {
            let answer = attempt.send();
            assert_eq!(answer.json()["code"], code, "{sql}: {answer}");
            answer.problem(500, code);
        }
    }
    assert_eq!(ada.append(&server, &healthy, "goes on"), 1);
    assert_eq!(
        ada.get(&server, "/v1/conversations").is(200).json()["conversations"].as_array().map(Vec::len),
        Some(13)
    );
    server.restart();
    server.down();
    let mut after = server.dumps("Conversation");
    after.insert(healthy.clone(), before[&healthy].clone());
    for (id, (sql, _)) in ids.iter().zip(DAMAGE) {
        assert_eq!(after[id], before[id], "{sql}");
    }
}

#[test]
fn a_damaged_turn_is_told_where_it_is_read() {
    let mut server = own();
    let ada = User::sign_in(&server, "turned");
    let id = ada.conversation(&server, "");
    for text in ["one", "two", "three"] {
        ada.append(&server, &id, text);
    }
    server.down();
    let database = server.open("Conversation", &id);
    assert_eq!(database.execute("UPDATE turns SET role = 'pope' WHERE _seq = 2", []), Ok(1));
    drop(database);
    let before = server.dump("Conversation", &id).rows("turns")[1].clone();
    assert!(before.contains("pope"), "{before}");
    server.up();
    let from = server.console().len();
    let problem = ada.get(&server, &turns(&id)).problem(500, "unreadable");
    // Where it is stands in the log; a client is told no names of tables.
    assert!(!problem.to_string().contains("role"), "{problem}");
    server.says(from, &["turns.role", "can't be read"]);
    // What does not read it goes on.
    ada.get(&server, &format!("{}?after=2", turns(&id))).is(200);
    assert_eq!(ada.append(&server, &id, "four"), 4);
    ada.get(&server, &conversation(&id)).is(200);
    assert_eq!(server.dump("Conversation", &id).rows("turns")[1], before);
}

#[test]
fn a_damaged_session_or_account_is_no_other_ones_fault() {
    let mut server = own();
    let (ada, bob) = (User::sign_in(&server, "ada"), User::sign_in(&server, "bob"));
    let second = User::sign_in(&server, "ada");
    let id = ada.conversation(&server, "");
    let account = server.ids("Account").remove(0);
    bob.conversation(&server, "");
    server.down();
    let change = |class: &str, id: &str, sql: &str| {
        let changed = server.open(class, id).execute(sql, []);
        assert_eq!(changed, Ok(1), "{sql}");
    };
    change("Session", &ada.session, "UPDATE durably_state SET expires_at = 'never'");
    change("Account", &account, "UPDATE entries SET at = 'never'");
    let stored = (server.dump("Session", &ada.session), server.dump("Account", &account));
    server.up();
    // Nobody is told that a good token is bad, and nobody is let in.
    ada.get(&server, &conversation(&id)).problem(503, "unavailable");
    assert_eq!(ada.get(&server, &session(&ada.session)).header("retry-after"), Some("1"));
    second.get(&server, &conversation(&id)).is(200);
    second.get(&server, "/v1/conversations").problem(500, "unreadable");
    assert_eq!(bob.get(&server, "/v1/conversations").is(200).json()["conversations"].as_array().map(Vec::len), Some(1));
    assert_eq!((server.dump("Session", &ada.session), server.dump("Account", &account)), stored);
}

#[test]
fn what_is_refused_stores_nothing() {
    let server = own();
    let ada = User::sign_in(&server, "refused");
    let id = ada.conversation(&server, "");
    ada.append(&server, &id, "kept");
    let before = ["Conversation", "Session", "Account"].map(|class| server.dumps(class));
    let turn = |text: &str| json!({ "role": "user", "text": text });
    ada.post(&server, &turns(&id), &turn("")).problem(422, "bad_arguments");
    ada.post(&server, &turns(&id), &turn(&"x".repeat(40_000))).problem(422, "too_long");
    ada.request(&server, "POST", &turns(&id))
        .header("idempotency-key", "k")
        .json(&turn(""))
        .send()
        .problem(422, "bad_arguments");
    ada.post(&server, "/v1/conversations", &json!({ "title": "x".repeat(201) })).bad_fields(&["title"]);
    ada.post(&server, "/v1/conversations", &json!({ "title": 1 })).bad_fields(&["title"]);
    let eve = User::sign_in(&server, "eve");
    eve.post(&server, &turns(&id), &turn("x")).problem(404, "not_found");
    eve.request(&server, "POST", &format!("{}/close", conversation(&id))).send().problem(404, "not_found");
    let mut after = ["Conversation", "Session", "Account"].map(|class| server.dumps(class));
    after[1].remove(&eve.session);
    assert_eq!(after, before);
    let known: BTreeSet<&str> = before[0][&id].tables().into_iter().collect();
    assert!(!known.contains("durably_idempotency"), "{known:?}");
}

/// A key is good for 24 hours, also across midnight; what expired goes two rows a keyed write.
#[test]
fn an_idempotency_key_expires_and_its_row_goes() {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let mut server = own();
    let ada = User::sign_in(&server, "expirer");
    let id = ada.conversation(&server, "");
    let keyed = |server: &Server, key: &str| {
        let request = ada.request(server, "POST", &turns(&id)).header("idempotency-key", key);
        request.json(&json!({ "role": "user", "text": "again" })).send().is(201).json()["seq"].clone()
    };
    for key in ["young", "old", "gone-1", "gone-2", "gone-3"] {
        keyed(&server, key);
    }
    server.down();
    let database = server.open("Conversation", &id);
    let age = |key: &str, days: i64, millis: i64| {
        let sql =
            format!("UPDATE durably_idempotency SET day = day - {days}, at = at - {millis} WHERE scope LIKE '%' || ?");
        assert_eq!(database.execute(&sql, [key]), Ok(1), "{key}");
    };
    age("young", 1, DAY - 60_000); // yesterday, and less than a day ago
    age("old", 1, DAY + 1);
    for (key, days) in [("gone-1", 2), ("gone-2", 3), ("gone-3", 9)] {
        age(key, days, days * DAY);
    }
    drop(database);
    server.up();
    assert_eq!(keyed(&server, "young"), 1, "the answer of yesterday");
    assert_eq!(keyed(&server, "old"), 6, "a turn of its own");
    server.down();
    let rows = server.dump("Conversation", &id).rows("durably_idempotency").join("\n");
    assert!(!rows.contains("gone-3") && !rows.contains("gone-2"), "the two oldest went with the one write: {rows}");
    assert!(rows.contains("gone-1") && rows.contains("young"), "{rows}");
}
