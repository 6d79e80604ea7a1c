//! What HTTP can bring: spellings of paths and queries, bodies where none belongs, encodings, statuses without a body.

use std::collections::BTreeSet;

use durably_workerd_tests::fixture::Fixture;
use durably_workerd_tests::{Request, Server};
use serde_json::{Value, json};

fn server() -> &'static Server {
    &Fixture::shared().server
}

fn ask(method: &str, path: &str) -> Request {
    server().request(method, path)
}

#[test]
fn a_status_without_a_body_is_sent_without_one() {
    let answer = ask("POST", "/web/reset").send();
    assert_eq!((answer.status, answer.body.len()), (205, 0), "{answer}");
    assert_eq!(answer.header("content-type"), None, "{answer}");
    let answer = ask("POST", "/quiet").bearer("ada").send();
    assert_eq!((answer.status, answer.body.len()), (204, 0), "{answer}");
    assert_eq!((answer.header("content-type"), answer.header("content-length")), (None, None), "{answer}");
}

#[test]
fn the_shape_of_a_body_comes_from_the_signature() {
    let corner = json!({ "x": 1, "y": 2.0 });
    let shaped = |query: &str, body: &Value| ask("PUT", &format!("/web/shape/a{query}")).json(body).send();
    let whole = json!({ "corner": corner });
    assert_eq!(shaped("", &whole).is(200).json(), json!(["a", corner, null]));
    // An option in the query takes nothing away from the body's shape.
    assert_eq!(shaped("?shade=light", &whole).is(200).json(), json!(["a", corner, "light"]));
    shaped("?shade=light", &corner).bad_fields(&["corner", "x", "y"]);
    let both = json!({ "corner": corner, "shade": "light" });
    assert_eq!(shaped("", &both).is(200).json(), json!(["a", corner, "light"]));
    // Given twice, even with one value, it is refused.
    shaped("?shade=light", &both).bad_fields(&["shade"]);
    shaped("?shade=very_dark", &json!({ "corner": corner, "shade": null })).bad_fields(&["shade"]);
    // What is one argument beside the path is the body.
    let one = |query: &str, body: &Value| ask("PUT", &format!("/web/struct/a{query}")).json(body).send();
    assert_eq!(one("", &corner).is(200).json(), json!(["a", corner]));
    one("", &whole).bad_fields(&["corner", "x", "y"]);
    one("?corner=1", &corner).bad_fields(&["corner"]);
    one("?x=1", &json!({ "y": 2.0 })).bad_fields(&["x"]);
    // In an object too: `coin`, `times` and `note` are the members, wherever `times` stands.
    let id = server().post("/vaults").json(&json!({ "owner": "ada" })).send().is(201).json();
    let coins = format!("/vaults/{}/coins?times=1&note=n", id.as_str().unwrap_or_default());
    ask("PUT", &coins).bearer("ada").json(&json!({ "worth": 1 })).send().bad_fields(&["coin", "worth"]);
    ask("PUT", &coins).bearer("ada").json(&json!({ "coin": { "worth": 1 } })).send().is(200);
}

#[test]
fn unknown_input_is_refused_at_every_verb() {
    let told = |request: Request| request.send().problem(400, "bad_request")["detail"].to_string();
    for body in ["{\"force\":true}", "{}", "x", "[]"] {
        let detail = told(ask("DELETE", "/web/echo/a").body(body));
        assert!(detail.contains("body"), "{body}: {detail}");
    }
    told(ask("DELETE", "/web/echo/a").chunks(vec![b"{}".to_vec()]));
    told(ask("DELETE", "/web/echo/a").body(vec![b'x'; 3 << 20]));
    for (length, status) in [("5", 400), ("0", 200), ("", 200)] {
        let headers = if length.is_empty() { json!({}) } else { json!({ "content-length": length }) };
        let got = Fixture::shared().drive("get", &json!({ "path": "/web/echo/a", "headers": headers }));
        assert_eq!(got, status, "content-length: {length:?}");
    }
    for verb in ["GET", "DELETE"] {
        ask(verb, "/web/echo/a?quary=1").send().bad_fields(&["quary"]);
        told(ask(
            verb,
            if verb == "GET" { "/web/echo/a?query=1&query=1" } else { "/web/echo/a?force=true&force=true" },
        ));
        // A body of no bytes is none.
        ask(verb, "/web/echo/a").body("").send().is(200);
        ask(verb, "/web/echo/a").chunks(Vec::new()).send().is(200);
    }
    // A body that has no members, also where every argument is in the path.
    for path in ["/web/echo/a", "/fail/none", "/quiet"] {
        for body in ["[]", "[1]", "\"x\"", "5", "null", "false"] {
            ask("POST", path).bearer("ada").body(body).send().bad_fields(&[""]);
        }
    }
    ask("POST", "/web/echo/a?quary=1").send().bad_fields(&["quary"]);
    ask("POST", "/web/echo/a?text=b").send().bad_fields(&["text"]);
    ask("POST", "/web/echo/a").json(&json!({ "text": "b" })).send().bad_fields(&["text"]);
    told(ask("POST", "/web/echo/a?query=1&query=1"));
    told(ask("POST", "/web/echo/a?query=1&qu%65ry=2"));
    for body in [r#"{"query":"1","query":"1"}"#, r#"{"query":"1","quer\u0079":"2"}"#, r#"{"number":1,"number":1}"#] {
        told(ask("POST", "/web/echo/a").body(body));
    }
    // An object tells it to those whom it admits, and to nobody else.
    let id = server().post("/vaults").json(&json!({ "owner": "ada" })).send().is(201).json();
    let path = format!("/vaults/{}", id.as_str().unwrap_or_default());
    told(ask("DELETE", &format!("{path}/size")).bearer("ada").body("{}"));
    told(ask("PATCH", &path).bearer("ada").body("[").header("content-type", "application/json"));
    ask("PATCH", &path).bearer("eve").body("[").send().problem(404, "not_found");
}

#[test]
fn spellings_of_paths() {
    let echoed = |path: &str| ask("GET", path).send().is(200).json()[0].clone();
    for (path, text) in [
        ("a", "a"),
        ("%61", "a"),
        ("a%2Fb", "a/b"),
        ("a%2fb%3Fc%23d", "a/b?c#d"),
        ("%2F", "/"),
        ("%00", "\u{0}"),
        ("a+b", "a+b"),
        ("a%20b", "a b"),
        ("a%252Fb", "a%2Fb"),
        ("%F0%9F%92%96", "💖"),
        ("a;b=c", "a;b=c"),
        ("~:@!$&'()*,=-._", "~:@!$&'()*,=-._"),
        ("...", "..."),
    ] {
        assert_eq!(echoed(&format!("/web/echo/{path}")), text, "{path}");
        assert_eq!(echoed(&format!("/%77eb/ech%6f/{path}")), text, "{path}");
    }
    // Dots are gone before a Worker sees the path, escaped or not.
    for path in ["/web/x/../echo/a", "/web/./echo/a", "/web/%2e/echo/a", "/x/%2E%2e/web/echo/a"] {
        assert_eq!(echoed(path), "a", "{path}");
    }
    for path in [
        "/web/echo/",
        "/web/echo",
        "/web/echo/a/",
        "/web//echo/a",
        "//web/echo/a",
        "/web/echo//a",
        "/web/echo/a%",
        "/web/echo/%zz",
        "/web/echo/%ff",
        "/web/echo/%c3%28",
        "/web/echo/%ed%a0%80",
        "/Web/echo/a",
        "/web%2Fecho/a",
        "/web/echo/a/b",
        "/web/echo/a/%2e%2e/b/c",
    ] {
        ask("GET", path).send().problem(404, "not_found");
    }
}

#[test]
fn spellings_of_queries() {
    let echoed = |query: &str| ask("GET", &format!("/web/echo/a?{query}")).send().is(200).json()[1].clone();
    for (query, text) in [
        ("query=b", json!("b")),
        ("qu%65ry=b", json!("b")),
        ("query=", json!("")),
        ("query", json!("")),
        ("query=a+b%20c%2Bd", json!("a b c+d")),
        ("query=a=b=c", json!("a=b=c")),
        ("query=a%26b%3Dc", json!("a&b=c")),
        ("query=%F0%9F%92%96", json!("💖")),
        ("query=a;b", json!("a;b")),
        ("query=a?b/c", json!("a?b/c")),
        ("query=null", json!("null")),
        ("query=%EF%BB%BFx", json!("\u{feff}x")),
        ("&&query=b&", json!("b")),
        ("", Value::Null),
    ] {
        assert_eq!(echoed(query), text, "{query}");
    }
    for query in ["query=%", "query=%f", "query=%ff", "query=%zz", "%=1", "query=%C3%28", "query=1&query=2"] {
        ask("GET", &format!("/web/echo/a?{query}")).send().problem(400, "bad_request");
    }
    for query in ["Query=b", "query[]=b", "query%00=b", "=b", "query+=b"] {
        let name = query.split('=').next().unwrap_or_default().replace('+', " ").replace("%00", "\u{0}");
        ask("GET", &format!("/web/echo/a?{query}")).send().bad_fields(&[&name]);
    }
}

#[test]
fn numbers_that_are_none() {
    let number = |body: &str| ask("POST", "/web/echo/a").body(format!("{{\"number\":{body}}}")).send();
    for odd in ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "01", "+1", ".5", "1.", "0x10", "1_000", "١"] {
        number(odd).problem(400, "bad_request");
    }
    for odd in ["\"1\"", "true", "[1]", "{}"] {
        number(odd).bad_fields(&["number"]);
    }
    for odd in ["NaN", "nan", "inf", "Infinity", "-inf", "1e999", "0x10", "", "+", "1,5", "%201"] {
        ask("POST", &format!("/web/echo/a?number={odd}")).send().bad_fields(&["number"]);
    }
    assert_eq!(number("1e308").is(200).json()[2], json!(1e308));
    assert_eq!(number("5e-324").is(200).json()[2], json!(5e-324));
    assert_eq!(number("-0.0").is(200).text(), r#"["a",null,-0.0]"#);
}

#[test]
fn bodies_in_other_clothes() {
    let body = r#"{"query":"é"}"#;
    let sent = |headers: &[(&str, &str)], body: &[u8]| {
        let request = ask("POST", "/web/echo/a").body(body);
        headers.iter().fold(request, |request, (name, value)| request.header(name, value)).send()
    };
    // Whatever a client calls it, a body is JSON in UTF-8: curl's `-d` calls it a form.
    for kind in [
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=\"UTF-8\"",
        "Application/JSON ; Charset=utf8",
        "application/merge-patch+json",
        "application/x-www-form-urlencoded",
        "text/plain",
        "text/plain; charset=us-ascii",
        "nonsense",
    ] {
        assert_eq!(sent(&[("content-type", kind)], body.as_bytes()).is(200).json()[1], "é", "{kind}");
    }
    // A byte order mark is none of the text.
    assert_eq!(sent(&[], format!("\u{feff}{body}").as_bytes()).is(200).json()[1], "é");
    // In another charset the same bytes would be another text.
    for kind in ["application/json; charset=iso-8859-1", "text/plain; charset=utf-16", "x/y; charset=\"windows-1252\""]
    {
        let problem = sent(&[("content-type", kind)], body.as_bytes()).problem(415, "unsupported_media_type");
        assert!(problem["detail"].to_string().contains("UTF-8"), "{problem}");
    }
    let parts = [("content-type", "multipart/form-data; boundary=x")];
    sent(&parts, b"--x\r\n\r\nfoo\r\n--x--").problem(415, "unsupported_media_type");
    // 20 bytes of gzip, `{}`.
    let gzip = [31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 171, 174, 5, 0, 67, 191, 166, 163, 2, 0, 0, 0];
    for coding in ["gzip", "br", "deflate", "gzip, identity"] {
        let problem = sent(&[("content-encoding", coding)], &gzip).problem(415, "unsupported_media_type");
        assert!(problem["detail"].to_string().contains("encoding"), "{problem}");
    }
    assert_eq!(sent(&[("content-encoding", "identity")], body.as_bytes()).is(200).json()[1], "é");
    sent(&[], b"\xff\xfe{\0}\0").problem(400, "bad_request");
}

#[test]
fn verbs_that_a_path_does_not_answer() {
    let allow = |path: &str, verb: &str| -> BTreeSet<String> {
        let answer = ask(verb, path).send();
        let allow = answer.header("allow").unwrap_or_default().split(", ").map(str::to_owned).collect();
        if verb == "HEAD" {
            assert_eq!((answer.status, answer.body.len()), (405, 0));
        } else {
            answer.problem(405, "method_not_allowed");
        }
        allow
    };
    let set = |verbs: &[&str]| -> BTreeSet<String> { verbs.iter().map(|verb| (*verb).to_owned()).collect() };
    for verb in ["PUT", "PATCH", "OPTIONS"] {
        assert_eq!(allow("/web/echo/a", verb), set(&["DELETE", "GET", "HEAD", "POST"]), "{verb}");
        assert_eq!(allow("/web/reset", verb), set(&["POST"]), "{verb}");
    }
    for verb in ["HEAD", "GET", "DELETE"] {
        assert_eq!(allow("/web/reset", verb), set(&["POST"]), "{verb}");
    }
    // A path has one pattern: what a literal takes, the parameter beside it does not answer with another verb.
    assert_eq!(allow("/vaults/typed", "GET"), set(&["POST"]));
    for verb in ["TRACE", "PROPFIND", "get", "Get", "QUERY"] {
        let answer = ask(verb, "/web/echo/a").send();
        assert!(matches!(answer.status, 400 | 405 | 501), "{verb}: {answer}");
    }
}

#[test]
fn head_says_what_get_would() {
    for path in ["/web/echo/a", "/web/echo/a?query=1&query=1", "/nowhere", "/web/echo/a?x=1"] {
        let (head, get) = (ask("HEAD", path).send(), ask("GET", path).send());
        assert_eq!(head.status, get.status, "{path}");
        assert_eq!(head.header("content-type"), get.header("content-type"), "{path}");
        assert_eq!(head.header("cache-control"), get.header("cache-control"), "{path}");
        // Either the length of what GET answers, or none: 0 would be said of another answer.
        let length = get.body.len().to_string();
        assert!(head.header("content-length").is_none_or(|said| said == length), "{head}");
    }
}

#[test]
fn conditions_on_what_nobody_may_keep() {
    for (name, value) in [
        ("if-none-match", "*"),
        ("if-none-match", "\"x\""),
        ("if-modified-since", "Tue, 24 Nov 2099 00:00:00 GMT"),
        ("range", "bytes=0-1"),
        ("accept", "text/html"),
        ("accept-encoding", "identity"),
    ] {
        let answer = ask("GET", "/web/echo/a").header(name, value).send().is(200);
        assert_eq!(answer.json(), json!(["a", null]), "{name}: {value}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

#[test]
fn long_urls() {
    let long = "x".repeat(15_000);
    assert_eq!(ask("GET", &format!("/web/echo/{long}")).send().is(200).json()[0], long);
    assert_eq!(ask("GET", &format!("/web/echo/a?query={long}")).send().is(200).json()[1], long);
    let many = (0..1000).fold(String::new(), |query, n| query + "&p" + &n.to_string() + "=1");
    ask("GET", &format!("/web/echo/a?{many}")).send().problem(422, "bad_arguments");
    ask("GET", &format!("/{}", "a/".repeat(5000))).send().problem(404, "not_found");
}

#[test]
fn an_answer_of_an_odd_name() {
    // Members that JS has its own idea of.
    for name in ["__proto__", "constructor", "toString", "hasOwnProperty"] {
        ask("POST", "/web/echo/a").body(format!("{{\"{name}\":{{}}}}")).send().bad_fields(&[name]);
        ask("GET", &format!("/web/echo/a?{name}=1")).send().bad_fields(&[name]);
        assert_eq!(ask("GET", &format!("/web/echo/{name}")).send().is(200).json()[0], name);
    }
}
