//! What each route answers when all is well.

use std::collections::BTreeSet;

use durably_workerd_tests::chat::{ISSUER, OPERATOR, User, conversation, session, shared, string, turns};
use serde_json::{Value, json};

/// RFC 3339 in UTC with milliseconds: `2026-11-22T19:57:00.123Z`.
#[track_caller]
fn is_time(value: &Value) {
    let text = string(value);
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    assert_eq!(shape, "0000-00-00T00:00:00.000Z", "{text}");
}

/// An id that the platform made: 64 hexadecimal digits in lower case.
#[track_caller]
fn is_id(id: &str) {
    assert!(id.len() == 64 && id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)), "{id}");
}

#[track_caller]
fn members(value: &Value) -> BTreeSet<&str> {
    value.as_object().map(|object| object.keys().map(String::as_str).collect()).unwrap_or_default()
}

#[test]
fn health() {
    let answer = shared().get("/healthz").send().is(200);
    assert_eq!(answer.json(), json!({ "status": "ok", "environment": "dev" }));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[test]
fn head_is_get_without_the_body() {
    let answer = shared().request("HEAD", "/healthz").send();
    assert_eq!((answer.status, answer.body.len()), (200, 0));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let refused = shared().request("HEAD", "/v1/conversations").send();
    assert_eq!((refused.status, refused.body.len()), (401, 0));
    let ada = User::sign_in(shared(), "head");
    let id = ada.conversation(shared(), "");
    assert_eq!(ada.request(shared(), "HEAD", &conversation(&id)).send().status, 200);
}

#[test]
fn a_session_is_opened_shown_and_ended() {
    let server = shared();
    let opened = server.post("/v1/sessions").bearer(ISSUER).json(&json!({ "user": "ada" })).send().is(201).json();
    assert_eq!(members(&opened), BTreeSet::from(["session", "token", "expires_at"]));
    let (id, token) = (string(&opened["session"]), string(&opened["token"]));
    is_id(&id);
    is_time(&opened["expires_at"]);
    let (shown_id, secret) = token.split_once('.').unwrap_or_else(|| panic!("{token} has no dot"));
    assert_eq!(shown_id, id);
    // 32 bytes in base64url, unpadded.
    assert_eq!(secret.len(), 43, "{secret}");
    assert!(secret.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{secret}");

    let shown = server.get(&session(&id)).bearer(&token).send().is(200).json();
    assert_eq!(members(&shown), BTreeSet::from(["session", "user", "created_at", "expires_at"]));
    assert_eq!((&shown["session"], &shown["user"]), (&json!(id), &json!("ada")));
    assert_eq!(shown["expires_at"], opened["expires_at"]);
    is_time(&shown["created_at"]);

    let ended = server.request("DELETE", &session(&id)).bearer(&token).send();
    assert_eq!((ended.status, ended.body.len()), (204, 0));
    server.get(&session(&id)).bearer(&token).send().problem(401, "unauthorized");
    server.get("/v1/conversations").bearer(&token).send().problem(401, "unauthorized");
    server.request("DELETE", &session(&id)).bearer(&token).send().problem(401, "unauthorized");
}

#[test]
fn any_unicode_of_128_characters_is_a_user() {
    let odd = "X🏳️‍🌈\"\\\n".to_owned();
    for name in ["𝕬".repeat(127), "𝕬".repeat(128), "a".into(), "e\u{301}".repeat(64), "\u{0}".into(), odd] {
        let user = User::sign_in(shared(), &name);
        assert_eq!(user.get(shared(), &session(&user.session)).is(200).json()["user"], json!(name));
        // The account is addressed by the name.
        let id = user.conversation(shared(), "mine");
        let listed = user.get(shared(), "/v1/conversations").is(200).json();
        assert_eq!(listed["conversations"].as_array().map(Vec::len), Some(1), "{name:?}");
        assert_eq!(listed["conversations"][0]["conversation"], json!(id), "{name:?}");
    }
}

#[test]
fn two_sessions_of_a_user_see_the_same_conversations() {
    let (one, two) = (User::sign_in(shared(), "two-sessions"), User::sign_in(shared(), "two-sessions"));
    let id = one.conversation(shared(), "shared");
    assert_eq!(two.get(shared(), &conversation(&id)).is(200).json()["title"], "shared");
    // Ending one leaves the other.
    assert_eq!(one.request(shared(), "DELETE", &session(&one.session)).send().status, 204);
    two.get(shared(), &conversation(&id)).is(200);
}

#[test]
fn a_conversation_is_made_and_shown() {
    let ada = User::sign_in(shared(), "maker");
    let made = ada.post(shared(), "/v1/conversations", &json!({ "title": "Käse 🧀" })).is(201).json();
    assert_eq!(members(&made), BTreeSet::from(["conversation"]));
    let id = string(&made["conversation"]);
    is_id(&id);
    let shown = ada.get(shared(), &conversation(&id)).is(200).json();
    let all = ["conversation", "title", "status", "turns", "created_at", "last_activity_at"];
    assert_eq!(members(&shown), BTreeSet::from(all));
    assert_eq!(shown["conversation"], json!(id));
    assert_eq!((&shown["title"], &shown["status"], &shown["turns"]), (&json!("Käse 🧀"), &json!("open"), &json!(0)));
    is_time(&shown["created_at"]);
    assert_eq!(shown["last_activity_at"], shown["created_at"]);
}

#[test]
fn a_title_may_be_left_out() {
    let ada = User::sign_in(shared(), "untitled");
    let bodies: [(&str, &str); 4] =
        [("nothing", ""), ("white space", " \n"), ("{}", "{}"), ("null", r#"{"title":null}"#)];
    for (what, body) in bodies {
        let made = ada.request(shared(), "POST", "/v1/conversations").body(body).send().is(201).json();
        let shown = ada.get(shared(), &conversation(&string(&made["conversation"]))).is(200).json();
        assert_eq!(shown["title"], "", "{what}");
    }
    // No body at all, without even a Content-Length.
    ada.request(shared(), "POST", "/v1/conversations").send().is(201);
}

#[test]
fn turns_are_appended_and_read_in_their_order() {
    let ada = User::sign_in(shared(), "talker");
    let id = ada.conversation(shared(), "talk");
    for (seq, role) in (1..).zip(["user", "assistant", "tool"]) {
        let turn = json!({ "role": role, "text": format!("from {role}") });
        let appended = ada.post(shared(), &turns(&id), &turn).is(201).json();
        assert_eq!(appended, json!({ "seq": seq }));
    }
    let page = ada.get(shared(), &turns(&id)).is(200).json();
    assert_eq!(page["next"], Value::Null);
    let listed = page["turns"].as_array().cloned().unwrap_or_default();
    assert_eq!(listed.len(), 3);
    for (turn, (seq, role)) in listed.iter().zip((1..).zip(["user", "assistant", "tool"])) {
        assert_eq!(members(turn), BTreeSet::from(["seq", "role", "text", "at"]));
        assert_eq!((&turn["seq"], &turn["role"]), (&json!(seq), &json!(role)));
        assert_eq!(turn["text"], json!(format!("from {role}")));
        is_time(&turn["at"]);
    }
    // Count and last activity are those of the last turn.
    let shown = ada.get(shared(), &conversation(&id)).is(200).json();
    assert_eq!((&shown["turns"], &shown["last_activity_at"]), (&json!(3), &listed[2]["at"]));
}

#[test]
fn a_text_is_kept_exactly() {
    let ada = User::sign_in(shared(), "exact");
    let id = ada.conversation(shared(), "\u{0}title\u{0}");
    let texts = [
        "\u{0}",
        "a\u{0}b\u{0}",
        " leading and trailing \n",
        "\r\n\t\u{1}\u{7f}\u{85}\u{2028}\u{feff}\u{fffd}\u{ffff}",
        "'; DROP TABLE turns; --",
        "\"\\\\u0000\\u0000",
        "𝕬🏳️‍🌈e\u{301}é",
        "1",
        "1e400",
        "null",
        "{\"a\":1}",
        "\u{10ffff}",
    ];
    for text in texts {
        ada.append(shared(), &id, text);
    }
    let kept: Vec<Value> = ada.turns(shared(), &id).into_iter().map(|mut turn| turn["text"].take()).collect();
    assert_eq!(kept, texts);
    assert_eq!(ada.get(shared(), &conversation(&id)).json()["title"], "\u{0}title\u{0}");
    assert_eq!(ada.get(shared(), "/v1/conversations").json()["conversations"][0]["title"], "\u{0}title\u{0}");
}

#[test]
fn pages_of_turns_lead_to_the_end() {
    let ada = User::sign_in(shared(), "pager");
    let id = ada.conversation(shared(), "long");
    for n in 1..=7 {
        ada.append(shared(), &id, &format!("turn {n}"));
    }
    let page = |query: &str| ada.get(shared(), &format!("{}{query}", turns(&id))).is(200).json();
    let seqs = |page: &Value| -> Vec<u64> {
        page["turns"].as_array().into_iter().flatten().filter_map(|turn| turn["seq"].as_u64()).collect()
    };
    let first = page("?limit=3");
    assert_eq!((seqs(&first), &first["next"]), (vec![1, 2, 3], &json!(3)));
    let second = page("?after=3&limit=3");
    assert_eq!((seqs(&second), &second["next"]), (vec![4, 5, 6], &json!(6)));
    let last = page("?limit=3&after=6");
    assert_eq!((seqs(&last), &last["next"]), (vec![7], &Value::Null));
    // A page that ends exactly at the end is the last one.
    let exact = page("?after=4&limit=3");
    assert_eq!((seqs(&exact), &exact["next"]), (vec![5, 6, 7], &Value::Null));
    assert_eq!(page("?limit=1")["next"], 1);
    assert_eq!(seqs(&page("?limit=200")), [1, 2, 3, 4, 5, 6, 7]);
    for after in ["7", "8", "9007199254740991"] {
        let beyond = page(&format!("?after={after}"));
        assert_eq!((seqs(&beyond), &beyond["next"]), (vec![], &Value::Null), "{after}");
    }
}

/// A page ends before it has 1 MiB of text, and the next one goes on behind it.
#[test]
fn a_page_of_long_turns_ends_early() {
    let ada = User::sign_in(shared(), "long-pages");
    let id = ada.conversation(shared(), "");
    // 128 KiB each.
    let text = "𝕬".repeat(32_768);
    for _ in 0..10 {
        ada.append(shared(), &id, &text);
    }
    let page = ada.get(shared(), &turns(&id)).is(200).json();
    let there = page["turns"].as_array().map_or(0, Vec::len);
    assert!((5..10).contains(&there), "{there}");
    assert_eq!(page["next"], json!(there));
    assert_eq!(ada.turns(shared(), &id).len(), 10);
}

#[test]
fn fifty_turns_are_a_page_unless_asked_otherwise() {
    let ada = User::sign_in(shared(), "fifty");
    let id = ada.conversation(shared(), "fifty");
    for n in 1..=51 {
        ada.append(shared(), &id, &n.to_string());
    }
    let page = ada.get(shared(), &turns(&id)).is(200).json();
    assert_eq!((page["turns"].as_array().map(Vec::len), &page["next"]), (Some(50), &json!(50)));
    assert_eq!(ada.turns(shared(), &id).len(), 51);
}

#[test]
fn conversations_are_listed_newest_first_to_the_end() {
    let ada = User::sign_in(shared(), "lister");
    assert_eq!(ada.get(shared(), "/v1/conversations").is(200).json(), json!({ "conversations": [], "next": null }));
    let made: Vec<String> = (1..=7).map(|n| ada.conversation(shared(), &format!("number {n}"))).collect();
    let mut seen = Vec::new();
    let mut after = String::new();
    let mut pages = 0;
    loop {
        let page = ada.get(shared(), &format!("/v1/conversations?limit=3{after}")).is(200).json();
        let listed = page["conversations"].as_array().cloned().unwrap_or_default();
        assert!(listed.len() <= 3, "{page}");
        seen.extend(listed);
        pages += 1;
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(pages, 3);
    for (listed, (n, id)) in seen.iter().zip(made.iter().enumerate().rev()) {
        assert_eq!(members(listed), BTreeSet::from(["conversation", "title", "created_at"]));
        assert_eq!((&listed["conversation"], &listed["title"]), (&json!(id), &json!(format!("number {}", n + 1))));
        is_time(&listed["created_at"]);
    }
    assert_eq!(seen.len(), 7);
    let whole = ada.get(shared(), "/v1/conversations?limit=7").is(200).json();
    assert_eq!((whole["conversations"].as_array().map(Vec::len), &whole["next"]), (Some(7), &Value::Null));
}

#[test]
fn a_closed_conversation_takes_no_turns_and_stays_readable() {
    let ada = User::sign_in(shared(), "closer");
    let id = ada.conversation(shared(), "to be closed");
    ada.append(shared(), &id, "before");
    let close = || ada.request(shared(), "POST", &format!("{}/close", conversation(&id))).send();
    let closed = close();
    assert_eq!((closed.status, closed.body.len()), (204, 0));
    let turn = json!({ "role": "user", "text": "after" });
    ada.post(shared(), &turns(&id), &turn).problem(409, "closed");
    assert_eq!(ada.get(shared(), &conversation(&id)).is(200).json()["status"], "closed");
    assert_eq!(ada.turns(shared(), &id).len(), 1);
    // Closing it again changes nothing and is no error.
    assert_eq!(close().status, 204);
}

#[test]
fn the_same_idempotency_key_is_one_turn() {
    let ada = User::sign_in(shared(), "repeater");
    let id = ada.conversation(shared(), "once");
    let keyed = |key: &str, text: &str| {
        let request = ada.request(shared(), "POST", &turns(&id)).header("idempotency-key", key);
        request.json(&json!({ "role": "user", "text": text })).send()
    };
    let first = keyed("k1", "once").is(201);
    let again = keyed("k1", "once").is(201);
    assert_eq!(first.body, again.body);
    // The order of members and white space are no other body.
    let respelled = ada.request(shared(), "POST", &turns(&id)).header("Idempotency-Key", "k1");
    let respelled = respelled.body("{ \"text\" : \"\\u006fnce\", \"role\":\"user\" }").send().is(201);
    assert_eq!(first.body, respelled.body);
    keyed("k1", "another").problem(422, "idempotency_mismatch");
    assert_eq!(keyed("k2", "once").is(201).json(), json!({ "seq": 2 }));
    // Without a key nothing is remembered.
    assert_eq!(ada.append(shared(), &id, "once"), 3);
    assert_eq!(ada.turns(shared(), &id).len(), 3);
    // The key is the object's own.
    let other = ada.conversation(shared(), "other");
    let elsewhere = ada.request(shared(), "POST", &turns(&other)).header("idempotency-key", "k1");
    let elsewhere = elsewhere.json(&json!({ "role": "user", "text": "elsewhere" })).send().is(201);
    assert_eq!(elsewhere.json(), json!({ "seq": 1 }));
}

#[test]
fn a_refusal_is_not_remembered_under_its_key() {
    let ada = User::sign_in(shared(), "second-try");
    let id = ada.conversation(shared(), "");
    let keyed = |text: &str| {
        let request = ada.request(shared(), "POST", &turns(&id)).header("idempotency-key", "try");
        request.json(&json!({ "role": "user", "text": text })).send()
    };
    keyed("").problem(422, "bad_arguments");
    keyed("better").is(201);
}

#[test]
fn the_same_idempotency_key_is_one_conversation() {
    let (ada, bob) = (User::sign_in(shared(), "once-ada"), User::sign_in(shared(), "once-bob"));
    let make = |user: &User, title: &str| {
        let request = user.request(shared(), "POST", "/v1/conversations").header("idempotency-key", "the-key");
        request.json(&json!({ "title": title })).send()
    };
    let first = make(&ada, "one").is(201);
    assert_eq!(make(&ada, "one").is(201).body, first.body);
    make(&ada, "two").problem(422, "idempotency_mismatch");
    // The same user through another session is the same caller.
    assert_eq!(make(&User::sign_in(shared(), "once-ada"), "one").is(201).body, first.body);
    // Another user's key is another key.
    assert_ne!(make(&bob, "two").is(201).body, first.body);
    let count = |user: &User| user.get(shared(), "/v1/conversations").json()["conversations"].as_array().map(Vec::len);
    assert_eq!((count(&ada), count(&bob)), (Some(1), Some(1)));
}

#[test]
fn the_same_key_at_the_same_time_is_one_conversation() {
    let ada = User::sign_in(shared(), "racer");
    let made: BTreeSet<String> = std::thread::scope(|scope| {
        let make = || {
            let request = ada.request(shared(), "POST", "/v1/conversations").header("idempotency-key", "race");
            string(&request.json(&json!({ "title": "race" })).send().is(201).json()["conversation"])
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(make)).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    assert_eq!(made.len(), 1, "{made:?}");
    let listed = ada.get(shared(), "/v1/conversations").is(200).json();
    assert_eq!(listed["conversations"].as_array().map(Vec::len), Some(1));
}

#[test]
fn the_configuration_is_shown_to_the_operator() {
    let answer = shared().get("/v1/config").bearer(OPERATOR).send().is(200);
    let expected = json!({ "model": "gemini-3.8-live", "session_minutes": 30, "max_text": 32_768, "max_title": 200 });
    assert_eq!(answer.json(), expected);
}
