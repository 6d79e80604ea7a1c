//! Who is let in, and what the others are told.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use durably_workerd_tests::chat::{ISSUER, OPERATOR, User, conversation, own, session, shared, string, turns};
use durably_workerd_tests::{Answer, Request, hex};
use serde_json::json;

/// Each route that needs a session's token.
fn signed_in_routes(id: &str) -> Vec<(&'static str, String)> {
    vec![
        ("GET", "/v1/conversations".into()),
        ("POST", "/v1/conversations".into()),
        ("GET", conversation(id)),
        ("POST", turns(id)),
        ("GET", turns(id)),
        ("POST", format!("{}/close", conversation(id))),
    ]
}

fn with_body(method: &str, request: Request) -> Answer {
    if method == "POST" { request.json(&json!({ "role": "user", "text": "x" })).send() } else { request.send() }
}

#[test]
fn without_a_living_token_every_route_answers_401_alike() {
    let server = shared();
    let ada = User::sign_in(server, "locked");
    let id = ada.conversation(server, "");
    let dead = User::sign_in(server, "locked");
    assert_eq!(dead.request(server, "DELETE", &session(&dead.session)).send().status, 204);
    let (own, secret) = ada.token.split_once('.').unwrap_or_default();
    let other_secret = URL_SAFE_NO_PAD.encode([7; 32]);
    let schemes = [
        None,
        Some(String::new()),
        Some("Bearer".into()),
        Some("Bearer ".into()),
        Some(format!("Basic {}", ada.token)),
        Some(ada.token.clone()),
        Some(format!("Bearer{}", ada.token)),
    ];
    let tokens = [
        dead.token.clone(),
        OPERATOR.into(),
        ISSUER.into(),
        own.into(),
        format!("{own}."),
        format!(".{secret}"),
        format!("{own}.{other_secret}"),
        format!("{own}.{}", &secret[..42]),
        format!("{own}.{secret}="),
        format!("{own}.{secret}A"),
        format!("{own}.{secret}.{secret}"),
        format!("{}.{secret}", "0".repeat(64)),
        format!("{id}.{secret}"),
        format!("{}.{secret}", own.to_uppercase()),
        format!("{}.{secret}", &own[..63]),
        format!("{own}.{}", hex_of(secret)),
        "ä.ö".into(),
        "x".repeat(8000),
    ];
    let headers = schemes.into_iter().chain(tokens.into_iter().map(|token| Some(format!("Bearer {token}"))));
    let mut told = None;
    for header in headers {
        for (method, path) in [("GET", conversation(&id)), ("POST", turns(&id)), ("GET", session(own))] {
            let request = server.request(method, &path);
            let request = if let Some(header) = &header { request.header("authorization", header) } else { request };
            let problem = with_body(method, request).problem(401, "unauthorized");
            // Nobody learns what was wrong.
            assert_eq!(told.get_or_insert_with(|| problem.clone()), &problem, "{method} {path} with {header:?}");
        }
    }
    for (method, path) in signed_in_routes(&id) {
        with_body(method, server.request(method, &path)).problem(401, "unauthorized");
        with_body(method, server.request(method, &path).bearer(OPERATOR)).problem(401, "unauthorized");
        with_body(method, server.request(method, &path).bearer(ISSUER)).problem(401, "unauthorized");
    }
    assert_eq!(ada.turns(server, &id).len(), 0);
    assert_eq!(ada.get(server, &conversation(&id)).json()["status"], "open");
}

fn hex_of(secret: &str) -> String {
    hex(&URL_SAFE_NO_PAD.decode(secret).unwrap_or_default())
}

#[test]
fn the_scheme_is_read_in_any_case() {
    let ada = User::sign_in(shared(), "schemer");
    for scheme in ["bearer", "BEARER", "Bearer "] {
        let header = format!("{scheme} {}", ada.token);
        shared().get("/v1/conversations").header("authorization", &header).send().is(200);
    }
}

#[test]
fn a_session_is_only_its_own_tokens() {
    let server = shared();
    let (ada, bob) = (User::sign_in(server, "own-ada"), User::sign_in(server, "own-bob"));
    let second = User::sign_in(server, "own-ada");
    let conversation = ada.conversation(server, "");
    let unknown = "0".repeat(64);
    for method in ["GET", "DELETE"] {
        // Another user's session, another session of the same user, ids that are no session's.
        for id in [&bob.session, &second.session, &conversation, &unknown, &"x".into(), &ada.session.to_uppercase()] {
            ada.request(server, method, &session(id)).send().problem(401, "unauthorized");
        }
    }
    bob.get(server, &session(&bob.session)).is(200);
    second.get(server, &session(&second.session)).is(200);
}

#[test]
fn only_the_issuer_opens_sessions() {
    let ada = User::sign_in(shared(), "no-issuer");
    for token in [OPERATOR, "", "Issuer", "issuer2", "issue", ada.token.as_str()] {
        let request = shared().post("/v1/sessions").bearer(token).json(&json!({ "user": "eve" }));
        request.send().problem(401, "unauthorized");
    }
    shared().post("/v1/sessions").json(&json!({ "user": "eve" })).send().problem(401, "unauthorized");
    // Who may not is told so before anybody looks at what they sent.
    shared().post("/v1/sessions").body("not json").send().problem(401, "unauthorized");
}

#[test]
fn only_the_operator_sees_and_changes_the_configuration() {
    let ada = User::sign_in(shared(), "no-operator");
    for method in ["GET", "PATCH"] {
        for token in [ISSUER, "", "Operator", ada.token.as_str()] {
            let request = shared().request(method, "/v1/config").bearer(token).body(r#"{"max_text":1}"#);
            request.send().problem(401, "unauthorized");
        }
        shared().request(method, "/v1/config").send().problem(401, "unauthorized");
    }
    assert_eq!(shared().get("/v1/config").bearer(OPERATOR).send().is(200).json()["max_text"], 32_768);
}

/// Somebody else's conversation and one that never was can't be told apart, whatever is sent.
#[test]
fn a_stranger_is_told_404_as_of_what_never_was() {
    let server = shared();
    let (ada, eve) = (User::sign_in(server, "owner"), User::sign_in(server, "stranger"));
    let theirs = ada.conversation(server, "private");
    ada.append(server, &theirs, "private");
    let never = forged(&theirs);
    let attempts = |id: &str| {
        let at = |method: &str, path: String| eve.request(server, method, &path);
        let (turns, close) = (turns(id), format!("{}/close", conversation(id)));
        vec![
            at("GET", conversation(id)),
            at("GET", format!("{}?unknown=1", conversation(id))),
            at("HEAD", conversation(id)),
            at("GET", turns.clone()),
            at("GET", format!("{turns}?limit=0")),
            at("GET", format!("{turns}?limit=1&limit=1")),
            at("GET", format!("{turns}?after=%zz")),
            at("POST", turns.clone()).json(&json!({ "role": "user", "text": "x" })),
            at("POST", turns.clone()).json(&json!({ "role": "user", "text": "" })),
            at("POST", turns.clone()).json(&json!({ "role": "nobody", "extra": 1 })),
            at("POST", turns.clone()).json(&json!([])),
            at("POST", turns.clone()).body("not json"),
            at("POST", turns.clone()).body([0xff, 0xfe]),
            at("POST", turns.clone()).body("x".repeat((1 << 20) + 1)),
            at("POST", turns.clone()),
            at("POST", turns.clone()).header("idempotency-key", "k").json(&json!({ "role": "user", "text": "x" })),
            at("POST", turns).header("idempotency-key", "white space").json(&json!({ "role": "user", "text": "x" })),
            at("POST", close.clone()),
            at("POST", close).json(&json!({ "x": 1 })),
        ]
    };
    for (theirs, never) in attempts(&theirs).into_iter().zip(attempts(&never)) {
        let (theirs, never) = (theirs.send(), never.send());
        assert_eq!(theirs.status, 404, "{theirs}");
        assert_eq!(
            (never.status, &never.body, &never.headers.len()),
            (404, &theirs.body, &theirs.headers.len()),
            "{never}"
        );
        if !theirs.body.is_empty() {
            theirs.problem(404, "not_found");
        }
    }
    assert_eq!(ada.turns(server, &theirs).len(), 1);
    assert_eq!(ada.get(server, &conversation(&theirs)).json()["status"], "open");
    assert_eq!(eve.get(server, "/v1/conversations").is(200).json()["conversations"], json!([]));
}

/// An id of the right form that the platform never made.
fn forged(id: &str) -> String {
    let last = if id.ends_with('0') { '1' } else { '0' };
    format!("{}{last}", &id[..63])
}

#[test]
fn an_id_that_is_none_is_404_and_wakes_nothing() {
    let server = own();
    let ada = User::sign_in(&server, "forger");
    let mine = ada.conversation(&server, "");
    let woken = || (server.ids("Conversation"), server.ids("Session"), server.ids("Account"));
    let before = woken();
    assert_eq!((before.0.len(), before.1.len(), before.2.len()), (1, 1, 1), "{before:?}");
    let ids = [
        forged(&mine),
        "0".repeat(64),
        "f".repeat(64),
        ada.session.clone(), // an object's, of another class
        before.2[0].clone(),
        mine.to_uppercase(),
        mine[..63].into(),
        format!("{mine}0"),
        format!("{mine}%00"),
        format!("%20{mine}"),
        format!("{mine}%2F"),
        "x".into(),
        "ada".into(),
        "%F0%9F%A7%80".into(),
        "..%2F..%2Fetc".into(),
        "1".repeat(4000),
    ];
    for id in &ids {
        for (method, path) in signed_in_routes(id).into_iter().skip(2) {
            with_body(method, ada.request(&server, method, &path)).problem(404, "not_found");
        }
    }
    // A token of a session that never was wakes none either.
    let secret = ada.token.split_once('.').map(|(_, secret)| secret).unwrap_or_default();
    for id in &ids {
        let token = format!("{id}.{secret}");
        if *id != ada.session {
            server.get("/v1/conversations").bearer(&token).send().problem(401, "unauthorized");
        }
    }
    assert_eq!(woken(), before);
    // The same look does see an object that is made.
    ada.conversation(&server, "");
    assert_eq!(server.ids("Conversation").len(), 2);
}

#[test]
fn the_wrong_verb_is_405_before_anybody_asks_who_calls() {
    let ada = User::sign_in(shared(), "verbs");
    let id = ada.conversation(shared(), "");
    let session = session(&ada.session);
    let (conversation, turns) = (conversation(&id), turns(&id));
    let close = format!("{conversation}/close");
    let wrong: [(&str, &str, &str); 14] = [
        ("POST", "/healthz", "GET, HEAD"),
        ("GET", "/v1/sessions", "POST"),
        ("HEAD", "/v1/sessions", "POST"),
        ("POST", &session, "DELETE, GET, HEAD"),
        ("PUT", "/v1/conversations", "GET, HEAD, POST"),
        ("DELETE", "/v1/conversations", "GET, HEAD, POST"),
        ("PATCH", &conversation, "GET, HEAD"),
        ("POST", &conversation, "GET, HEAD"),
        ("DELETE", &turns, "GET, HEAD, POST"),
        ("GET", &close, "POST"),
        ("HEAD", &close, "POST"),
        ("POST", "/v1/config", "GET, HEAD, PATCH"),
        ("PUT", "/v1/config", "GET, HEAD, PATCH"),
        ("OPTIONS", "/v1/config", "GET, HEAD, PATCH"),
    ];
    for (method, path, allow) in wrong {
        for token in ["", &ada.token] {
            let answer = shared().request(method, path).bearer(token).send();
            assert_eq!(answer.header("allow"), Some(allow), "{method} {answer}");
            if method == "HEAD" {
                assert_eq!((answer.status, answer.body.len()), (405, 0), "{answer}");
            } else {
                answer.problem(405, "method_not_allowed");
            }
        }
    }
}

#[test]
fn an_unknown_path_is_404_to_everyone() {
    let ada = User::sign_in(shared(), "lost");
    let id = ada.conversation(shared(), "");
    let paths = [
        "/".to_owned(),
        "/v1".into(),
        "/v1/".into(),
        "/healthz/".into(),
        "//healthz".into(),
        "/HEALTHZ".into(),
        "/v1/conversations/".into(),
        format!("/v1/conversations/{id}/"),
        format!("/v1/conversations/{id}/turn"),
        format!("/v1/conversations/{id}/turns/1"),
        "/v1/conversations//turns".into(),
        "/v1/sessions//".into(),
        "/v1/%zz".into(),
        "/v1/%ff".into(),
        "/v1%2Fconfig".into(),
        "/favicon.ico".into(),
        "/v1/config;x".into(),
        "/index.js".into(),
        "/.durably/entry.mjs".into(),
    ];
    for path in paths {
        for method in ["GET", "POST", "DELETE"] {
            ada.request(shared(), method, &path).send().problem(404, "not_found");
            shared().request(method, &path).send().problem(404, "not_found");
        }
    }
}

#[test]
fn a_token_is_stored_as_its_hash_only() {
    use sha2::{Digest as _, Sha256};

    let mut server = own();
    let ada = User::sign_in(&server, "hashed");
    ada.conversation(&server, "");
    server.down();
    let secret = ada.token.split_once('.').map(|(_, secret)| secret.to_owned()).unwrap_or_default();
    let bytes = URL_SAFE_NO_PAD.decode(&secret).unwrap_or_default();
    assert_eq!(bytes.len(), 32);
    let stored = server.dump("Session", &ada.session).to_string();
    assert!(stored.contains(&hex(&Sha256::digest(&bytes))), "{stored}");
    for class in ["Session", "Account", "Conversation"] {
        for id in server.ids(class) {
            let file = std::fs::read(server.file(class, &id)).unwrap_or_default();
            assert!(!file.is_empty());
            for form in [secret.as_bytes(), &bytes, hex(&bytes).as_bytes()] {
                assert!(!file.windows(form.len()).any(|window| window == form), "{class} {id} holds the token");
            }
        }
    }
}

#[test]
fn a_session_expires_when_it_says() {
    let mut server = own();
    let (ada, bob) = (User::sign_in(&server, "expiring"), User::sign_in(&server, "staying"));
    let opened = ada.get(&server, &session(&ada.session)).is(200).json();
    server.down();
    let stored = server.dump("Session", &ada.session).rows("durably_state").concat();
    // session_minutes is 30 where nothing is configured.
    let field = |name: &str| -> i64 {
        let value = stored.split(", ").find_map(|cell| cell.strip_prefix(&format!("{name}=")));
        value.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("no {name} in {stored}"))
    };
    assert_eq!(field("expires_at") - field("created_at"), 30 * 60 * 1000, "{opened}");
    let database = server.open("Session", &ada.session);
    let now = "CAST(strftime('%s', 'now') AS INTEGER) * 1000";
    let changed = database.execute(&format!("UPDATE durably_state SET expires_at = {now}"), []);
    assert_eq!(changed, Ok(1));
    drop(database);
    server.up();
    ada.get(&server, &session(&ada.session)).problem(401, "unauthorized");
    ada.get(&server, "/v1/conversations").problem(401, "unauthorized");
    ada.request(&server, "DELETE", &session(&ada.session)).send().problem(401, "unauthorized");
    assert_eq!(string(&bob.get(&server, &session(&bob.session)).is(200).json()["user"]), "staying");
}
