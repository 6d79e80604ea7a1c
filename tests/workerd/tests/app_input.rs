//! What no route takes: each a clear 4xx, and nothing is stored.

use std::time::{Duration, Instant};

use durably_workerd_tests::chat::{ISSUER, OPERATOR, User, conversation, session, shared, turns};
use durably_workerd_tests::{Answer, Request};
use serde_json::json;

/// 1 MiB.
const MAX_BODY: usize = 1 << 20;

/// A user with one conversation.
struct Desk {
    user: User,
    id: String,
}

impl Desk {
    fn new(name: &str) -> Self {
        let user = User::sign_in(shared(), name);
        let id = user.conversation(shared(), "");
        Self { user, id }
    }

    fn append(&self) -> Request {
        self.user.request(shared(), "POST", &turns(&self.id))
    }

    #[track_caller]
    fn get(&self, query: &str) -> Answer {
        self.user.get(shared(), &format!("{}{query}", turns(&self.id)))
    }

    /// Nothing was stored, and the conversation goes on.
    #[track_caller]
    fn is_empty(&self) {
        assert_eq!(self.get("").is(200).json()["turns"], json!([]));
        assert_eq!(self.user.append(shared(), &self.id, "still there"), 1);
    }
}

#[test]
fn a_body_that_is_not_json() {
    let desk = Desk::new("not-json");
    let bodies: [&[u8]; 14] = [
        b"not json",
        b"{",
        b"{\"role\":\"user\",\"text\":\"x\"",
        b"{\"role\":\"user\",\"text\":\"x\"} {}",
        b"{'role':'user'}",
        b"{\"role\":\"user\",\"text\":\"x\",}",
        b"{\"text\":\"\x00\"}",
        b"{\"text\":\"\n\"}",
        b"{\"text\":\"\\x41\"}",
        b"role=user&text=x",
        b"{\"n\":01}",
        b"{\"n\":NaN}",
        b"{\"n\":1e400}",
        b"\0",
    ];
    for body in bodies {
        let answer = desk.append().body(body).send();
        let problem = answer.problem(400, "bad_request");
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(detail.starts_with("the body is not JSON: "), "{body:?}: {detail}");
    }
    desk.is_empty();
}

#[test]
fn a_body_that_is_not_utf_8() {
    let desk = Desk::new("not-utf-8");
    let bodies: [&[u8]; 5] = [
        b"{\"role\":\"user\",\"text\":\"\xff\"}",
        b"\xfe\xff\0{\0}",
        b"{\"role\":\"user\",\"text\":\"\xed\xa0\x80\"}",
        b"{\"role\":\"user\",\"text\":\"\xc3\"}",
        b"{\"role\":\"user\",\"text\":\"\xf0\x9f\x92\"}",
    ];
    for body in bodies {
        let problem = desk.append().body(body).send().problem(400, "bad_request");
        assert_eq!(problem["detail"], "the body is not UTF-8", "{body:?}");
    }
    desk.is_empty();
}

#[test]
fn half_a_surrogate_pair_is_no_text() {
    let desk = Desk::new("surrogates");
    for half in ["\\ud800", "\\udc00", "\\ud800x", "\\ud800\\ud800", "\\udc00\\ud800"] {
        let body = format!(r#"{{"role":"user","text":"{half}"}}"#);
        desk.append().body(body).send().problem(400, "bad_request");
    }
    desk.is_empty();
    // A whole pair is one character.
    desk.append().body(r#"{"role":"user","text":"\ud83d\ude00"}"#).send().is(201);
    assert_eq!(desk.user.turns(shared(), &desk.id)[1]["text"], "😀");
}

#[test]
fn deep_nesting_is_refused() {
    let desk = Desk::new("deep");
    for depth in [200, 10_000, 500_000] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let open = open.repeat(depth.min(MAX_BODY / 8));
            let body = format!("{{\"role\":\"user\",\"text\":{open}1{}}}", close.repeat(depth.min(MAX_BODY / 8)));
            desk.append().body(body).send().problem(400, "bad_request");
        }
    }
    desk.is_empty();
}

#[test]
fn members_of_a_turn_that_do_not_fit() {
    let desk = Desk::new("misfits");
    let bodies = [
        (json!({}), vec!["role", "text"]),
        (json!({ "role": "user" }), vec!["text"]),
        (json!({ "text": "x" }), vec!["role"]),
        (json!({ "role": "usr", "text": 5, "x": 1, "y": 2 }), vec!["role", "text", "x", "y"]),
        (json!({ "role": "User", "text": "x" }), vec!["role"]),
        (json!({ "role": null, "text": null }), vec!["role", "text"]),
        (json!({ "role": { "user": null }, "text": ["x"] }), vec!["role", "text"]),
        (json!({ "role": "user", "text": "x", "seq": 1 }), vec!["seq"]),
        (json!({ "role": "user", "text": "x", "": 1 }), vec![""]),
        (json!({ "turn": { "role": "user", "text": "x" } }), vec!["role", "text", "turn"]),
        (json!({ "role": "user", "text": 123_456_789_012_345_678_901_234_567_890_f64 }), vec!["text"]),
        (json!({ "role": "user", "text": true }), vec!["text"]),
        (json!({ "role": "user", "text": "" }), vec!["text"]),
    ];
    for (body, fields) in bodies {
        desk.append().json(&body).send().bad_fields(&fields);
    }
    for body in
        ["[]", "1", "null", "\"x\"", "true", "[{\"role\":\"user\",\"text\":\"x\"}]", "-0.0", "1e300", &"9".repeat(5000)]
    {
        // Not an object: no member to name.
        let problem = desk.append().body(body).send();
        assert!(matches!(problem.status, 400 | 422), "{body}: {problem}");
        assert_eq!(problem.header("content-type"), Some("application/problem+json"), "{problem}");
    }
    // Missing members of an empty body are named too.
    desk.append().send().bad_fields(&["role", "text"]);
    desk.is_empty();
}

#[test]
fn a_member_given_twice() {
    let desk = Desk::new("twice");
    let answer = desk.append().body(r#"{"role":"user","text":"one","text":"two"}"#).send();
    // Nobody could say which was meant.
    answer.problem(400, "bad_request");
    desk.is_empty();
}

#[test]
fn a_text_that_is_too_long() {
    let desk = Desk::new("long");
    // 32,768 characters, of whatever bytes.
    for (character, over) in [("x", false), ("𝕬", false), ("x", true), ("𝕬", true)] {
        let text = character.repeat(32_768 + usize::from(over));
        let answer = desk.append().json(&json!({ "role": "user", "text": text })).send();
        if over {
            let problem = answer.problem(422, "too_long");
            assert_eq!(problem["data"], json!({ "len": 32_769, "max": 32_768 }));
            assert_eq!(problem["detail"], "text has 32769 characters, at most 32768 are allowed");
        } else {
            answer.is(201);
        }
    }
    assert_eq!(desk.user.turns(shared(), &desk.id).len(), 2);
}

#[test]
fn a_title_that_does_not_fit() {
    let desk = Desk::new("titles");
    let post = |body: &serde_json::Value| desk.user.post(shared(), "/v1/conversations", body);
    post(&json!({ "title": "𝕬".repeat(200) })).is(201);
    post(&json!({ "title": "x".repeat(201) })).bad_fields(&["title"]);
    post(&json!({ "title": 1 })).bad_fields(&["title"]);
    post(&json!({ "titel": "x" })).bad_fields(&["titel"]);
    post(&json!({ "title": "x", "owner": "eve" })).bad_fields(&["owner"]);
    for body in ["[]", "1", "\"x\""] {
        let problem = desk.user.request(shared(), "POST", "/v1/conversations").body(body).send();
        assert!(matches!(problem.status, 400 | 422), "{body}: {problem}");
    }
    let listed = desk.user.get(shared(), "/v1/conversations").is(200).json();
    assert_eq!(listed["conversations"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_user_that_does_not_fit() {
    let post = |body: &str| shared().post("/v1/sessions").bearer(ISSUER).body(body).send();
    let long = |character: &str| format!(r#"{{"user":"{}"}}"#, character.repeat(129));
    for body in
        ["", "{}", r#"{"user":null}"#, r#"{"user":""}"#, r#"{"user":1}"#, r#"{"user":["ada"]}"#, &long("x"), &long("𝕬")]
    {
        post(body).bad_fields(&["user"]);
    }
    post(r#"{"user":"ada","minutes":1}"#).bad_fields(&["minutes"]);
    post("not json").problem(400, "bad_request");
    post("[\"ada\"]");
}

#[test]
fn queries_that_do_not_fit() {
    let desk = Desk::new("queries");
    for limit in ["0", "201", "-1", "1.0", "1e1", "x", "", "+", "0x10", "99999999999999999999", "%201", "1%00", "٣"] {
        desk.get(&format!("?limit={limit}")).bad_fields(&["limit"]);
    }
    desk.get("?limit").bad_fields(&["limit"]);
    for after in ["-1", "x", "", "1.5", "9007199254740992", "18446744073709551616", "1%20", "null", "0x1"] {
        desk.get(&format!("?after={after}")).bad_fields(&["after"]);
    }
    desk.get("?after=x&limit=x").bad_fields(&["after", "limit"]);
    for unknown in ["x=1", "Limit=1", "limit%20=1", "id=1", "=1", "turns", "%00=1"] {
        let problem = desk.get(&format!("?{unknown}")).problem(422, "bad_arguments");
        assert_eq!(problem["errors"].as_array().map(Vec::len), Some(1), "{unknown}");
    }
    // The path's own parameter can't be given again.
    desk.get(&format!("?id={}", desk.id)).bad_fields(&["id"]);
    desk.get("?limit=1&limit=1").problem(400, "bad_request");
    desk.get("?after=1&limit=1&after=2").problem(400, "bad_request");
    for escape in ["%", "%1", "%zz", "%ff", "%+1", "%c3%28"] {
        desk.get(&format!("?after={escape}")).problem(400, "bad_request");
        desk.get(&format!("?{escape}=1")).problem(400, "bad_request");
    }
    // What looks odd and is well formed.
    for fine in ["?", "?&", "?limit=%31", "?limit=1&", "?&&after=0&limit=200", "?after=%30"] {
        desk.get(fine).is(200);
    }
}

#[test]
fn queries_of_other_routes_that_do_not_fit() {
    let desk = Desk::new("other-queries");
    let list = |query: &str| desk.user.get(shared(), &format!("/v1/conversations{query}"));
    for after in ["x", "1", "", "00000000-0000-0000-0000-00000000000", "%00", "00000000_0000_0000_0000_000000000000"] {
        list(&format!("?after={after}")).bad_fields(&["after"]);
    }
    for limit in ["0", "201", "x", ""] {
        list(&format!("?limit={limit}")).bad_fields(&["limit"]);
    }
    list("?before=x").bad_fields(&["before"]);
    list("?limit=1&limit=2").problem(400, "bad_request");
    // A cursor that nobody gave out is before everything, or after.
    let beyond = list("?after=00000000-0000-7000-8000-000000000000").is(200).json();
    assert_eq!(beyond, json!({ "conversations": [], "next": null }));

    desk.user.get(shared(), &format!("{}?x=1", conversation(&desk.id))).bad_fields(&["x"]);
    desk.user.get(shared(), &format!("{}?x=1", session(&desk.user.session))).bad_fields(&["x"]);
    let close = format!("{}/close", conversation(&desk.id));
    desk.user.request(shared(), "POST", &format!("{close}?force=1")).send().bad_fields(&["force"]);
    desk.user.post(shared(), &close, &json!({ "force": true })).bad_fields(&["force"]);
    desk.user.request(shared(), "POST", &close).body("[]").send().problem(422, "bad_arguments");
    desk.user.request(shared(), "POST", &format!("{}?role=user", turns(&desk.id))).send().bad_fields(&["role"]);
    shared().get("/healthz?x=1").send().bad_fields(&["x"]);
    shared().get("/v1/config?x=1").bearer(OPERATOR).send().bad_fields(&["x"]);
    shared().post("/v1/sessions?user=eve").bearer(ISSUER).json(&json!({ "user": "ada" })).send().bad_fields(&["user"]);
    desk.is_empty();
}

#[test]
fn idempotency_keys_that_are_none() {
    let desk = Desk::new("bad-keys");
    let turn = json!({ "role": "user", "text": "x" });
    for key in ["", "a b", "a\tb", "ä", "key\u{7f}", &"k".repeat(256)] {
        desk.append().header("idempotency-key", key).json(&turn).send().problem(400, "bad_idempotency_key");
        let create = desk.user.request(shared(), "POST", "/v1/conversations").header("idempotency-key", key);
        create.send().problem(400, "bad_idempotency_key");
    }
    desk.is_empty();
    for key in ["k", "!~", &"k".repeat(255)] {
        desk.append().header("idempotency-key", key).json(&turn).send().is(201);
    }
}

/// JSON of exactly `size` bytes.
fn padded(size: usize) -> Vec<u8> {
    let (start, end) = (r#"{"role":"user","text":"x""#, "}");
    format!("{start}{}{end}", " ".repeat(size - start.len() - end.len())).into_bytes()
}

#[test]
fn a_body_over_1_mib_is_413() {
    let desk = Desk::new("bulky");
    let too_large = |request: Request| {
        let problem = request.send().problem(413, "body_too_large");
        assert_eq!(problem["detail"], "the body is larger than 1048576 bytes");
    };
    let chunks = |bytes: Vec<u8>| bytes.chunks(10_000).map(<[u8]>::to_vec).collect::<Vec<_>>();
    too_large(desk.append().body(padded(MAX_BODY + 1)));
    // Without a Content-Length.
    too_large(desk.append().chunks(chunks(padded(MAX_BODY + 1))));
    // The client goes on sending, and still reads the answer.
    too_large(desk.append().body(padded(7 << 20)));
    too_large(desk.append().chunks(chunks(padded(7 << 20))));
    // Not JSON either: the size is told, because nobody reads it to its end.
    too_large(desk.append().body(vec![0xff; MAX_BODY + 1]));
    too_large(desk.user.request(shared(), "POST", "/v1/conversations").body(padded(MAX_BODY + 1)));
    too_large(shared().post("/v1/sessions").bearer(ISSUER).body(padded(MAX_BODY + 1)));
    too_large(shared().request("PATCH", "/v1/config").bearer(OPERATOR).body(padded(MAX_BODY + 1)));
    desk.is_empty();
    // Exactly 1 MiB is a body like any other, however it comes.
    desk.append().body(padded(MAX_BODY)).send().is(201);
    desk.append().chunks(chunks(padded(MAX_BODY))).send().is(201);
}

#[test]
fn a_content_length_is_only_a_claim() {
    let desk = Desk::new("liar");
    // Claims 100 MiB, sends a little over 1 MiB and waits: what was counted decides, and the answer comes in time.
    let began = Instant::now();
    let request = desk.append().claiming(100 << 20, padded(MAX_BODY + 1));
    request.send().problem(413, "body_too_large");
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    // Claims less than it sends: what is over is not part of the body.
    let mut body = br#"{"role":"user","text":"first"}"#.to_vec();
    let length = body.len();
    body.extend(padded(MAX_BODY + 1));
    desk.append().claiming(length, body).send().is(201);
    assert_eq!(desk.user.turns(shared(), &desk.id).len(), 1);
}

#[test]
fn a_refusal_is_read_while_the_client_still_sends() {
    let desk = Desk::new("talkative");
    let body = padded(3 << 20);
    for _ in 0..3 {
        shared().post(&turns(&desk.id)).body(body.clone()).send().problem(401, "unauthorized");
        shared().request("PUT", &turns(&desk.id)).body(body.clone()).send().problem(405, "method_not_allowed");
        shared().post("/nowhere").body(body.clone()).send().problem(404, "not_found");
        desk.user
            .request(shared(), "POST", &turns(&"0".repeat(64)))
            .body(body.clone())
            .send()
            .problem(404, "not_found");
    }
    desk.is_empty();
}

#[test]
fn a_body_where_none_is_read_is_refused_and_changes_nothing() {
    let desk = Desk::new("bodied");
    let path = session(&desk.user.session);
    for body in ["not json", "{}", r#"{"force":true}"#] {
        desk.user.request(shared(), "DELETE", &path).body(body).send().problem(400, "bad_request");
    }
    desk.user.get(shared(), &path).is(200);
    assert_eq!(desk.user.request(shared(), "DELETE", &path).body("").send().status, 204);
}
