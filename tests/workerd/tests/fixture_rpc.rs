//! Native Workers RPC from a JS Worker: what crosses, what is refused, what is not there.

use durably_workerd_tests::fixture::{Fixture, assert_error};
use serde_json::{Value, json};

fn big<T: Copy + std::fmt::Display>(number: T) -> Value {
    json!({ "$big": number.to_string() })
}

#[test]
fn integers_of_64_bits_are_exact_both_ways() {
    let cabinet = Fixture::shared().object("Cabinet", "integers");
    for (signed, unsigned) in [(i64::MIN, 0), (i64::MAX, u64::MAX), (-9_007_199_254_740_993, 9_007_199_254_740_993)] {
        let sent = json!([big(signed), big(unsigned)]);
        let got = cabinet.call("wide", &sent);
        assert_eq!(got[0], big(signed));
        assert_eq!(got[1], if unsigned == 0 { json!(0) } else { big(unsigned) });
    }
    // What a number of JS holds exactly is a number.
    let safe = json!([-9_007_199_254_740_991_i64, 9_007_199_254_740_991_u64]);
    assert_eq!(cabinet.call("wide", &safe), safe);
    // And may come as a BigInt all the same.
    assert_eq!(cabinet.call("wide", &json!([big(-1), big(1)])), json!([-1, 1]));
    for args in [json!([big("9223372036854775808"), 0]), json!([0, big("18446744073709551616")]), json!([0, big(-1)])] {
        cabinet.fails("wide", &args, "bad_arguments");
    }
}

#[test]
fn bytes_are_a_uint8array_both_ways() {
    let cabinet = Fixture::shared().object("Cabinet", "bytes");
    let joined = cabinet.call("join", &json!(["ä\u{0}", { "$bytes": [0, 255, 7] }]));
    assert_eq!(joined, json!({ "$bytes": [0xc3, 0xa4, 0, 0, 0, 255, 7] }));
    assert_eq!(cabinet.call("join", &json!(["", { "$bytes": [] }])), json!({ "$bytes": [0] }));
    let all: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    let long = cabinet.call("join", &json!(["", { "$bytes": all }]));
    assert_eq!(long["$bytes"].as_array().map(Vec::len), Some(all.len() + 1));
    // Inside of JSON they are base64.
    assert_eq!(cabinet.call("perhaps", &json!([{ "$bytes": [1, 2, 3] }])), json!("AQID"));
    assert_eq!(cabinet.call("perhaps", &json!([null])), json!(null));
}

#[test]
fn absent_arguments_are_none_where_there_is_a_none() {
    let cabinet = Fixture::shared().object("Cabinet", "absent");
    for args in [json!([]), json!([null]), json!([{ "$undefined": true }])] {
        assert_eq!(cabinet.call("perhaps", &args), json!(null), "{args}");
    }
    let error = cabinet.fails("wide", &json!([1]), "bad_arguments");
    assert_eq!(error["own"]["fields"], json!([{ "field": "unsigned", "message": "missing" }]));
}

#[test]
fn arguments_that_do_not_fit_are_refused_with_all_their_faults() {
    let cabinet = Fixture::shared().object("Cabinet", "faults");
    let error = cabinet.fails("wide", &json!(["1", -1]), "bad_arguments");
    let fields: Vec<&str> =
        error["own"]["fields"].as_array().into_iter().flatten().filter_map(|f| f["field"].as_str()).collect();
    assert_eq!(fields, ["signed", "unsigned"]);
    let error = cabinet.fails("wide", &json!([1, 2, 3]), "bad_arguments");
    assert!(
        error["message"].as_str().is_some_and(|text| text.contains("got 3 arguments, expected at most 2")),
        "{error}"
    );

    let mut all = cabinet.call("show", &json!([]));
    all["unknown"] = json!(1);
    all["tuple"] = json!([1]);
    all["corner"] = json!({ "x": "1" });
    let error = cabinet.fails("fill", &json!([all]), "bad_arguments");
    let fields = error["own"]["fields"].to_string();
    for field in ["all.unknown", "all.tuple", "all.corner.x", "all.corner.y"] {
        assert!(fields.contains(&format!("{field:?}")), "{field} is not in {fields}");
    }
}

/// JSON makes null of NaN and {} of a Map: as arguments they would pass for something else.
#[test]
fn what_json_would_change_is_refused() {
    let cabinet = Fixture::shared().object("Cabinet", "changed");
    for odd in [
        json!({ "$number": "NaN" }),
        json!({ "$number": "Infinity" }),
        json!({ "$date": null, "$number": "NaN" }),
        json!({ "$map": { "a": 1 } }),
        json!({ "$set": [1] }),
        json!({ "$floats": [1.5] }),
        json!({ "$date": "no time" }),
    ] {
        cabinet.fails("perhaps", &json!([odd]), "bad_arguments");
        cabinet.fails("echo", &json!([{ "a_i8": [odd] }]), "bad_arguments");
    }
    let mut all = cabinet.call("show", &json!([]));
    all["at"] = json!({ "$date": 1000 });
    assert_eq!(cabinet.call("echo", &json!([all]))["at"], "1970-01-01T00:00:01.000Z", "a Date is its time");
}

/// Deeper than `serde_json` reads, and deeper than V8's stack: neither is a fault of the instance.
#[test]
fn arguments_that_are_too_deep_are_refused() {
    let fixture = Fixture::shared();
    let waiting = fixture.object("Probe", "not reset by depth").step("wait", &json!([300]));
    for depth in [200, 3000] {
        let deep = format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        let call = format!(r#"{{"class":"Cabinet","name":"deep","method":"perhaps","args":[{deep}]}}"#);
        let body = format!(r#"{{"pending":[{waiting}],"fault":{call},"after":20}}"#);
        let answer = fixture.server.post("/drive/crash").body(body).send().is(200).json();
        assert!(answer["fault"]["error"].is_object(), "{answer}");
        assert!(answer["pending"][0].get("ok").is_some(), "a pending call must not be disturbed: {answer}");
    }
}

/// The name and the message cross everywhere; own properties cross on workerd, with those that the platform adds.
#[test]
fn errors_arrive_with_name_message_and_code() {
    let fixture = Fixture::shared();
    let drawers = fixture.object("Drawers", "errors");
    let corner = json!({ "x": 1, "y": 2.5 });
    for key in 1..=3 {
        assert_eq!(drawers.call("put_unsigned", &json!([key, corner])), json!(key));
    }
    let error = drawers.fails("put_unsigned", &json!([4, corner]), "full");
    assert_eq!(error["name"], "DurablyError");
    assert_eq!(error["message"], "full: unsigned is full: 4 of 3");
    assert_eq!(error["is"], true);
    assert_eq!(error["own"]["code"], "full");
    assert_eq!(error["own"]["status"], 409);
    assert_eq!(error["own"]["data"], json!({ "name": "unsigned", "count": 4, "most": 3 }));
    assert_eq!(
        drawers.call("contents", &json!([]))["unsigned"].as_array().map(Vec::len),
        Some(3),
        "the fourth was undone"
    );
    let error = fixture.object("Vault", "never opened").fails("show", &json!([]), "not_created");
    assert_eq!(error["own"]["status"], 404);
    // From an async method.
    let error = fixture.object("Probe", "errors").fails("after", &json!(["error"]), "asked");
    assert_eq!(error["own"]["status"], 418);
}

#[test]
fn what_is_not_public_is_not_there() {
    let fixture = Fixture::shared();
    for (class, methods) in [
        // Private with #[rpc], private, and without #[rpc].
        ("Cabinet", ["hidden", "nil", "encode"]),
        ("Vault", ["unsize", "resize", "owned_by"]),
        ("Probe", ["change", "happen", "pause"]),
        // wasm-bindgen's and the entry module's.
        ("Tally", ["free", "__destroy_into_raw", "__wbg_ptr"]),
        ("Tally", ["call", "envelope", "bytes"]),
        ("Burrow", ["#object", "object", "inner"]),
    ] {
        for method in methods {
            let answer = fixture.object(class, "hidden").attempt(method, &json!([]));
            let message =
                answer["error"]["message"].as_str().unwrap_or_else(|| panic!("{class}.{method} is there: {answer}"));
            assert!(message.contains("does not implement the method"), "{class}.{method}: {message}");
        }
    }
}

/// Each free function of wasm would be public RPC on the Worker.
#[test]
fn the_entrypoint_has_fetch_and_nothing_else() {
    let fixture = Fixture::shared();
    for method in
        ["bump", "show", "free", "call", "__durably_fetch", "__worker_init_state", "isTrap", "settled", "run", "rows"]
    {
        let answer = fixture.drive("entrypoint", &json!({ "method": method }));
        let message = answer["error"]["message"].as_str().unwrap_or_else(|| panic!("{method} is there: {answer}"));
        assert!(message.contains("does not implement the method"), "{method}: {message}");
    }
}

/// What Rust callers send: JSON text both ways.
#[test]
fn the_envelope_refuses_what_it_does_not_know() {
    let fixture = Fixture::shared();
    let cabinet = fixture.object("Cabinet", "envelope");
    let send = |envelope: &Value| -> Value {
        let reply = cabinet.call("__durably", &json!([envelope.to_string()]));
        serde_json::from_str(reply.as_str().unwrap_or_default()).unwrap_or_else(|error| panic!("{reply}: {error}"))
    };
    let known = json!({ "v": 1, "method": "hidden", "args": [], "rev": 1 });
    assert_eq!(send(&known), json!({ "ok": "for typed clients only" }));
    for (field, value, code) in [
        ("shard", json!(3), "newer_client"),
        ("v", json!(2), "newer_client"),
        ("rev", json!(2), "newer_client"),
        ("method", json!("nobody"), "unknown_method"),
        ("args", json!("none"), "bad_request"),
        ("deadline", json!(1), "deadline_exceeded"),
        ("key", json!("with space"), "bad_idempotency_key"),
    ] {
        let mut envelope = known.clone();
        envelope[field] = value;
        assert_eq!(send(&envelope)["error"]["code"], code, "{envelope}");
    }
    assert_error(&cabinet.attempt("__durably", &json!([])).clone().take_reply(), "bad_request");
}

trait Reply {
    fn take_reply(self) -> Value;
}

impl Reply for Value {
    /// An envelope's error in the form of a native one.
    fn take_reply(self) -> Value {
        let reply: Value = serde_json::from_str(self["ok"].as_str().unwrap_or_default()).unwrap_or_default();
        let text = format!("{}: {}", reply["error"]["code"].as_str().unwrap_or_default(), reply["error"]["message"]);
        json!({ "error": { "message": text } })
    }
}
