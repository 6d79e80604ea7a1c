//! The fixture's routes: where arguments come from, who may, what a restart leaves.

use durably_workerd_tests::fixture::Fixture;
use durably_workerd_tests::{Answer, Server};
use serde_json::{Value, json};

fn server() -> &'static Server {
    &Fixture::shared().server
}

fn vault(server: &Server, owner: &str) -> String {
    let id = server.post("/vaults").json(&json!({ "owner": owner, "size": 3 })).send().is(201).json();
    id.as_str().unwrap_or_default().to_owned()
}

fn as_(server: &Server, who: &str, method: &str, path: &str, body: &Value) -> Answer {
    let request = server.request(method, path).bearer(who);
    if body.is_null() { request.send() } else { request.json(body).send() }
}

#[test]
fn arguments_come_from_path_query_and_body() {
    let bound = |word: &str, number: i64, shade: Value, flag: Value, corner: Value| json!({ "word": word, "number": number, "shade": shade, "flag": flag, "corner": corner });
    let got = server().get("/bound/a%20%C3%A4%2Fb/-5?shade=very_dark&flag=true").send().is(200).json();
    assert_eq!(got, bound("a ä/b", -5, json!("very_dark"), json!(true), Value::Null));
    let corner = json!({ "x": 1, "y": 2.5 });
    let got = server().post("/bound/w?number=7").json(&json!({ "corner": corner })).send().is(202).json();
    assert_eq!(got, bound("w", 7, Value::Null, Value::Null, corner.clone()));
    let got = server().post("/bound/w").json(&json!({ "number": 8, "flag": false })).send().is(202).json();
    assert_eq!(got, bound("w", 8, Value::Null, json!(false), Value::Null));
    assert_eq!(server().get("/bound/literal/9").send().is(200).json(), 9, "a literal wins over a parameter");
    assert_eq!(server().get("/").send().is(200).json(), "hello");
}

#[test]
fn what_does_not_fit_is_named() {
    server().get("/bound/a/x?flag=perhaps&shade=green").send().bad_fields(&["flag", "number", "shade"]);
    server().get("/bound/a/1?word=b").send().bad_fields(&["word"]);
    server()
        .post("/bound/a")
        .json(&json!({ "numbr": 1, "corner": { "x": "1" } }))
        .send()
        .bad_fields(&["corner.x", "corner.y", "number", "numbr"]);
    server().post("/bound/a?number=1").body("[]").send().problem(422, "bad_arguments");
    server().post("/bound/a?number=1").body("{").send().problem(400, "bad_request");
    server().get("/bound/a/1?flag=true&flag=false").send().problem(400, "bad_request");
    server().get("/bound/%ff/1").send().problem(404, "not_found");
    let allowed = server().request("PUT", "/").send();
    assert_eq!(allowed.header("allow"), Some("GET, HEAD"));
    allowed.problem(405, "method_not_allowed");
    server().post("/fail/nothing").send().bad_fields(&["fault"]);
}

#[test]
fn a_body_of_every_type() {
    let all = Fixture::shared().object("Cabinet", "http").call("show", &json!([]));
    let echoed = server().post("/echo").json(&all).send().is(200).json();
    let again = server().post("/echo").json(&echoed).send().is(200).json();
    assert_eq!(echoed, again);
    assert_eq!(echoed["text"], "");
    // Numbers are as wide as JSON's text is.
    let wide = all
        .to_string()
        .replace("\"a_i64\":0", "\"a_i64\":-9223372036854775808")
        .replace("\"a_u64\":0", "\"a_u64\":18446744073709551615");
    let echoed = server().post("/echo").body(wide).send().is(200).json();
    assert_eq!((&echoed["a_i64"], &echoed["a_u64"]), (&json!(i64::MIN), &json!(u64::MAX)));
}

#[test]
fn the_object_has_its_say() {
    let server = server();
    let id = vault(server, "ada");
    let path = format!("/vaults/{id}");
    let shown = as_(server, "ada", "GET", &path, &Value::Null).is(200).json();
    assert_eq!(
        (&shown["id"], &shown["owner"], &shown["seen_by"], &shown["size"]),
        (&json!(id), &json!("ada"), &json!("ada"), &json!(3))
    );
    // A stranger is told what anyone is told of what is not there.
    let stranger = as_(server, "eve", "GET", &path, &Value::Null).problem(404, "not_found");
    let forged =
        as_(server, "ada", "GET", &format!("/vaults/{}", "0".repeat(64)), &Value::Null).problem(404, "not_found");
    assert_eq!(stranger, forged);
    as_(server, "eve", "PATCH", &path, &json!({ "size": 1 })).problem(404, "not_found");
    as_(server, "mallory", "GET", &path, &Value::Null).problem(403, "forbidden");
    server.get(&path).send().problem(401, "unauthorized");
    // This one asks nothing of the object.
    as_(server, "eve", "DELETE", &format!("{path}/size"), &Value::Null).is(204);
    assert_eq!(as_(server, "ada", "GET", &path, &Value::Null).is(200).json()["size"], Value::Null);
    assert_eq!(as_(server, "ada", "PATCH", &path, &json!({ "size": 9 })).is(200).json(), 9);
    as_(server, "ada", "PATCH", &path, &json!({ "size": 1, "fault": "error" })).problem(418, "asked");
    assert_eq!(as_(server, "ada", "GET", &path, &Value::Null).is(200).json()["size"], 9);
    assert_eq!(as_(server, "ada", "POST", "/quiet", &Value::Null).is(204).body.len(), 0);
}

#[test]
fn one_struct_is_the_body_and_several_are_its_members() {
    let server = server();
    let coins = format!("/vaults/{}/coins", vault(server, "ada"));
    assert_eq!(as_(server, "ada", "POST", &coins, &json!({ "worth": 5 })).is(201).json(), 2);
    as_(server, "ada", "POST", &coins, &json!({ "coin": { "worth": 5 } })).bad_fields(&["coin", "worth"]);
    let both = json!({ "coin": { "worth": 7, "text": "seven" }, "times": 2 });
    assert_eq!(as_(server, "ada", "PUT", &coins, &both).is(200).json(), json!([3, 4]));
    as_(server, "ada", "PUT", &coins, &json!({ "worth": 7, "times": 2 })).bad_fields(&["coin", "worth"]);
    let full = as_(server, "ada", "POST", &coins, &json!({ "worth": 1 })).problem(409, "full");
    assert_eq!(full["data"], json!({ "count": 4, "size": 3 }));
    let page = as_(server, "ada", "GET", &format!("{coins}?after=1&limit=2&min=6"), &Value::Null).is(200).json();
    assert_eq!(page, json!([{ "worth": 7, "text": "seven" }]));
    assert_eq!(
        as_(server, "ada", "GET", &format!("{coins}/1"), &Value::Null).is(200).json(),
        json!({ "worth": u64::MAX, "text": "the first" })
    );
    assert_eq!(as_(server, "ada", "GET", &format!("{coins}/99"), &Value::Null).is(200).json(), Value::Null);
    as_(server, "ada", "GET", &format!("{coins}?limit=201"), &Value::Null).bad_fields(&["limit"]);
    as_(server, "ada", "GET", &format!("{coins}/-1"), &Value::Null).bad_fields(&["seq"]);
}

#[test]
fn errors_of_objects_are_typed_again_in_the_worker() {
    assert_eq!(server().post("/vaults/typed").json(&json!({ "owner": "" })).send().is(200).json(), "nameless \"\" 7");
    assert_eq!(server().post("/vaults/typed").json(&json!({ "owner": "x" })).send().is(200).json(), "made");
    let nameless = server().post("/vaults").json(&json!({ "owner": "" })).send().problem(422, "nameless");
    assert_eq!(nameless["detail"], " is no owner, and 7 no fault of yours");
    server().post("/vaults").json(&json!({ "owner": "x", "fault": "error" })).send().problem(500, "asked");
}

#[test]
fn a_kill_right_after_the_answer_loses_nothing() {
    let mut fixture = Fixture::own();
    let id = vault(&fixture.server, "ada");
    let coins = format!("/vaults/{id}/coins");
    for round in 0..3 {
        let put = as_(&fixture.server, "ada", "PUT", &coins, &json!({ "coin": { "worth": round }, "times": 1 }))
            .is(200)
            .json();
        if round == 1 {
            fixture.server.restart();
        } else {
            fixture.server.kill9();
        }
        let got = as_(&fixture.server, "ada", "GET", &format!("{coins}/{}", put[0]), &Value::Null).is(200).json();
        assert_eq!(got["worth"], round);
    }
    let shown = as_(&fixture.server, "ada", "GET", &format!("/vaults/{id}"), &Value::Null).is(200).json();
    assert_eq!(shown["coins"], 4);
}
