//! Values of every type, through the platform: from JS into columns and rows, and back from the disk.
#![allow(clippy::panic, reason = "what goes wrong in a helper fails the test")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use durably_workerd_tests::fixture::Fixture;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};

/// Values in one request.
const BATCH: usize = 60;
const BATCHES: usize = 6;

fn number(number: i128) -> Value {
    let exact = i64::try_from(number).ok().filter(|number| number.unsigned_abs() < 1 << 53);
    exact.map_or_else(|| json!({ "$big": number.to_string() }), |number| json!(number))
}

fn edges<T: Copy + Into<i128> + std::fmt::Debug + 'static>(edges: &'static [T]) -> BoxedStrategy<Value> {
    prop::sample::select(edges).prop_map(|edge| number(edge.into())).boxed()
}

fn wide_signed() -> BoxedStrategy<Value> {
    const EDGES: &[i64] = &[
        i64::MIN,
        i64::MIN + 1,
        -(1 << 53) - 1,
        -(1 << 53),
        -(1 << 53) + 1,
        -1,
        0,
        1,
        (1 << 53) - 1,
        1 << 53,
        (1 << 53) + 1,
        i64::MAX - 1,
        i64::MAX,
    ];
    prop_oneof![edges(EDGES), any::<i64>().prop_map(|n| number(n.into())), (-1000_i64..1000).prop_map(|n| json!(n))]
        .boxed()
}

fn wide_unsigned() -> BoxedStrategy<Value> {
    const EDGES: &[u64] =
        &[0, 1, (1 << 53) - 1, 1 << 53, (1 << 53) + 1, i64::MAX as u64, i64::MAX as u64 + 1, u64::MAX - 1, u64::MAX];
    prop_oneof![edges(EDGES), any::<u64>().prop_map(|n| number(n.into())), (0_u64..1000).prop_map(|n| json!(n))].boxed()
}

fn float() -> BoxedStrategy<Value> {
    const EDGES: &[f64] = &[
        0.0,
        1.0,
        -1.5,
        0.1,
        f64::MIN,
        f64::MAX,
        f64::MIN_POSITIVE,
        5e-324,
        f64::EPSILON,
        1e15,
        1e16,
        1e21,
        9_007_199_254_740_991.0,
        9_007_199_254_740_992.0,
        9_007_199_254_740_994.0,
        -9_223_372_036_854_775_808.0,
        18_446_744_073_709_551_616.0,
        1_234_567_890_123_456.7,
    ];
    let any = any::<u64>().prop_map(f64::from_bits).prop_filter("JSON has finite numbers", |float| float.is_finite());
    prop_oneof![prop::sample::select(EDGES), any, -1.0..1.0].prop_map(|float| json!(float)).boxed()
}

fn short_float() -> BoxedStrategy<Value> {
    let any = any::<u32>().prop_map(f32::from_bits).prop_filter("JSON has finite numbers", |float| float.is_finite());
    prop_oneof![prop::sample::select(&[0.0, f32::MIN, f32::MAX, f32::MIN_POSITIVE, 1e-45, 0.1, 16_777_217.0][..]), any]
        .prop_map(|float| json!(f64::from(float)))
        .boxed()
}

fn text() -> BoxedStrategy<Value> {
    const EDGES: &[&str] = &[
        "",
        "\0",
        "a\0b",
        "\u{1}\u{1f}\u{7f}\u{2028}",
        "\"\\/\n\r\t",
        "𝄞 e\u{301} \u{feff}",
        "null",
        "'; DROP TABLE x; --",
        "{\"a\":1}",
        "12",
    ];
    let any = prop::collection::vec(any::<char>(), 0..30).prop_map(String::from_iter);
    let long = (2000_usize..20_000).prop_map(|length| "ä\0𝄞".repeat(length / 3));
    prop_oneof![4 => prop::sample::select(EDGES).prop_map(str::to_owned), 8 => any, 1 => long]
        .prop_map(Value::String)
        .boxed()
}

fn bytes(size: impl Into<prop::collection::SizeRange>) -> BoxedStrategy<Value> {
    prop::collection::vec(any::<u8>(), size).prop_map(|bytes| json!(BASE64.encode(bytes))).boxed()
}

fn maybe(some: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    prop_oneof![Just(Value::Null), some].boxed()
}

fn list(item: BoxedStrategy<Value>, size: impl Into<prop::collection::SizeRange>) -> BoxedStrategy<Value> {
    prop::collection::vec(item, size).prop_map(Value::Array).boxed()
}

fn tuple(items: Vec<BoxedStrategy<Value>>) -> BoxedStrategy<Value> {
    items.prop_map(Value::Array).boxed()
}

fn object(members: Vec<(&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let (names, values): (Vec<_>, Vec<_>) = members.into_iter().unzip();
    let object =
        move |values: Vec<Value>| Value::Object(names.iter().map(|name| (*name).to_owned()).zip(values).collect());
    values.prop_map(object).boxed()
}

fn map(key: BoxedStrategy<String>, value: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    prop::collection::btree_map(key, value, 0..5)
        .prop_map(|map| Value::Object(map.into_iter().collect::<Map<_, _>>()))
        .boxed()
}

fn texts() -> BoxedStrategy<String> {
    text().prop_map(|text| text.as_str().unwrap_or_default().to_owned()).boxed()
}

fn shade() -> BoxedStrategy<Value> {
    prop::sample::select(&["light", "very_dark"][..]).prop_map(|shade| json!(shade)).boxed()
}

fn corner() -> BoxedStrategy<Value> {
    object(vec![("x", any::<i32>().prop_map(|n| json!(n)).boxed()), ("y", float())])
}

fn shape() -> BoxedStrategy<Value> {
    let polygon = object(vec![("corners", list(corner(), 0..3)), ("shade", maybe(shade()))]);
    prop_oneof![
        Just(json!("point")),
        float().prop_map(|radius| json!({ "circle": radius })),
        tuple(vec![wide_signed(), wide_unsigned()]).prop_map(|ends| json!({ "segment": ends })),
        polygon.prop_map(|polygon| json!({ "polygon": polygon })),
    ]
    .boxed()
}

fn tree() -> BoxedStrategy<Value> {
    let leaf =
        object(vec![("label", text()), ("left", Just(Value::Null).boxed()), ("others", Just(json!([])).boxed())]);
    leaf.prop_recursive(4, 12, 3, |inner| {
        object(vec![("label", text()), ("left", maybe(inner.clone())), ("others", list(inner, 0..3))])
    })
    .boxed()
}

fn time() -> BoxedStrategy<Value> {
    let edges = [
        "0000-01-01T00:00:00.000Z",
        "1969-12-31T23:59:59.999Z",
        "1970-01-01T00:00:00.000Z",
        "9999-12-31T23:59:59.999Z",
        "2024-02-29T12:00:00.001Z",
    ];
    let any = (0..10_000, 1..13, 1..29, 0..24, 0..60, 0..60).prop_flat_map(|(y, m, d, h, min, s)| {
        (0..1000).prop_map(move |ms| format!("{y:04}-{m:02}-{d:02}T{h:02}:{min:02}:{s:02}.{ms:03}Z"))
    });
    prop_oneof![prop::sample::select(edges.map(str::to_owned).to_vec()), any].prop_map(Value::String).boxed()
}

fn id() -> BoxedStrategy<Value> {
    let hex = |id: u128| format!("{id:032x}");
    any::<u128>()
        .prop_map(hex)
        .prop_map(|h| json!(format!("{}-{}-{}-{}-{}", &h[..8], &h[8..12], &h[12..16], &h[16..20], &h[20..])))
        .boxed()
}

/// One of each, as `Everything` of the fixture has them.
fn everything() -> BoxedStrategy<Value> {
    let int = |range: std::ops::RangeInclusive<i64>| {
        prop_oneof![Just(*range.start()), Just(*range.end()), range].prop_map(|n| json!(n)).boxed()
    };
    let short = || prop::collection::vec(any::<u8>(), 0..50).prop_map(|bytes| json!(BASE64.encode(bytes))).boxed();
    object(vec![
        ("a_i8", int(-128..=127)),
        ("a_i16", int(-32_768..=32_767)),
        ("a_i32", int(i32::MIN.into()..=i32::MAX.into())),
        ("a_i64", wide_signed()),
        ("a_u8", int(0..=255)),
        ("a_u16", int(0..=65_535)),
        ("a_u32", int(0..=u32::MAX.into())),
        ("a_u64", wide_unsigned()),
        ("a_f32", short_float()),
        ("a_f64", float()),
        ("a_bool", any::<bool>().prop_map(|b| json!(b)).boxed()),
        ("text", text()),
        ("bytes", short()),
        ("four", bytes(4)),
        ("maybe_i64", maybe(wide_signed())),
        ("maybe_u64", maybe(wide_unsigned())),
        ("maybe_text", maybe(text())),
        ("maybe_bytes", maybe(short())),
        ("list", list(wide_signed(), 0..4)),
        ("lists", list(list(wide_unsigned(), 0..3), 0..3)),
        ("triple", list(wide_signed(), 3)),
        ("tuple", tuple(vec![wide_unsigned(), text(), maybe(any::<bool>().prop_map(|b| json!(b)).boxed())])),
        ("sorted", map(texts(), wide_signed())),
        ("numbered", map(any::<u64>().prop_map(|n| n.to_string()).boxed(), short())),
        ("hashed", map(any::<i64>().prop_map(|n| n.to_string()).boxed(), text())),
        ("metres", float()),
        ("span", tuple(vec![wide_signed(), text()])),
        ("nothing", Just(Value::Null).boxed()),
        ("shade", shade()),
        ("maybe_shade", maybe(shade())),
        ("shape", shape()),
        ("tree", tree()),
        ("corner", corner()),
        ("at", time()),
        ("id", id()),
        ("seq", int(0..=(1 << 53) - 1)),
        ("foreign", object(vec![("some-number", wide_signed()), ("some-texts", list(text(), 0..3))])),
    ])
}

fn samples(count: usize) -> Vec<Value> {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), rng);
    let strategy = everything();
    let sample = |_| strategy.new_tree(&mut runner).unwrap_or_else(|reason| panic!("{reason}")).current();
    (0..count).map(sample).collect()
}

/// 1 and 1.0 are one number to JSON; all else is compared as it is.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

#[track_caller]
fn assert_same(sent: &Value, got: &Value) {
    let (Value::Object(sent), Value::Object(got)) = (sent, got) else { panic!("sent {sent}, got {got}") };
    for (name, sent) in sent {
        assert!(same(sent, &got[name]), "{name}:\nsent {sent}\ngot  {}", got[name]);
    }
    assert_eq!(sent.len(), got.len());
}

#[test]
fn every_type_comes_back_from_columns_and_rows() {
    let mut fixture = Fixture::own();
    let all = samples(BATCH * BATCHES);
    for batch in all.chunks(BATCH) {
        let cabinet = fixture.object("Cabinet", "rows");
        let echoed = cabinet.call("echo", &json!([batch[0]]));
        assert_same(&batch[0], &echoed);
        cabinet.call("append", &json!([batch]));
        cabinet.forget();
        let got = cabinet.call("last", &json!([BATCH]));
        for (place, sent) in batch.iter().enumerate() {
            assert_same(sent, &got[place]);
        }
    }
    // As columns of the row, from the disk, and then changed into the next.
    for sent in all.iter().step_by(5) {
        let cabinet = fixture.object("Cabinet", "columns");
        cabinet.call("fill", &json!([sent]));
        cabinet.forget();
        let got = cabinet.call("show", &json!([]));
        assert_same(sent, &got);
        let again = cabinet.metered("fill", &json!([sent]));
        assert_eq!(again.written, 0, "what was read back is what was stored: {:#}", again.statements);
    }
    let (last, kept) =
        (all.last().cloned().unwrap_or_default(), fixture.object("Cabinet", "columns").call("show", &json!([])));
    fixture.server.kill9();
    assert_eq!(fixture.object("Cabinet", "columns").call("show", &json!([])), kept);
    assert_same(&last, &fixture.object("Cabinet", "rows").call("last", &json!([1]))[0]);
}

/// SQLite keeps whole numbers of a column with REAL affinity as integers, which have one zero: ours has none.
#[test]
fn a_negative_zero_keeps_its_sign() {
    let fixture = Fixture::shared();
    let cabinet = fixture.object("Cabinet", "zero");
    let minus = json!({ "$number": "-0" });
    let mut all = cabinet.call("show", &json!([]));
    all["a_f64"] = minus.clone();
    all["corner"]["y"] = minus.clone();
    let echoed = cabinet.call("echo", &json!([all]));
    assert_eq!((&echoed["a_f64"], &echoed["corner"]["y"]), (&minus, &minus));
    cabinet.call("fill", &json!([all]));
    cabinet.forget();
    let shown = cabinet.call("show", &json!([]));
    assert_eq!((&shown["a_f64"], &shown["corner"]["y"]), (&minus, &minus));
}
