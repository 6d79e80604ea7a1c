//! What the build says of a value in the template, the runtime says of it when it loads: the same, or a seed would poison
//! the configuration and its last good copy.

#![allow(missing_docs, clippy::panic, reason = "tests")]

mod support;

use durably::__private::{Decoder, Durable, Value};
use support::{HEAD, Project, TEMPLATE};

/// A TOML literal as JSON, without any type.
fn untyped(literal: &str) -> Value {
    let text = format!("v = {literal}");
    let table: toml_edit::DocumentMut = text.parse().unwrap_or_else(|error| panic!("{literal}: {error}"));
    plain(table["v"].as_value().unwrap_or_else(|| panic!("{literal}")))
}

fn plain(value: &toml_edit::Value) -> Value {
    match value {
        toml_edit::Value::String(text) => text.value().as_str().into(),
        toml_edit::Value::Integer(number) => (*number.value()).into(),
        toml_edit::Value::Float(number) => (*number.value()).into(),
        toml_edit::Value::Boolean(truth) => (*truth.value()).into(),
        toml_edit::Value::Datetime(time) => time.value().to_string().into(),
        toml_edit::Value::Array(list) => list.iter().map(plain).collect(),
        toml_edit::Value::InlineTable(table) => {
            Value::Object(table.iter().map(|(key, value)| (key.to_owned(), plain(value))).collect())
        }
    }
}

/// A type, as it is written and as the runtime reads it.
struct Kind {
    ty: &'static str,
    loads: fn(Value) -> bool,
    reads: fn(&str) -> bool,
}

fn loads<T: Durable>(json: Value) -> bool {
    Decoder::read::<T>(json).is_ok()
}

fn reads<T: Durable>(text: &str) -> bool {
    let mut decoder = Decoder::default();
    let read = T::from_param(text, &mut decoder);
    decoder.finish(read).is_ok()
}

macro_rules! kinds {
    ($($ty:ty),* $(,)?) => { [$(Kind { ty: stringify!($ty), loads: loads::<$ty>, reads: reads::<$ty> }),*] };
}

/// A configuration with a setting of each of these types, read from a variable of its own.
fn project(kinds: &[&Kind], seeds: &str, vars: &str) -> Project {
    let setting =
        |(place, kind): (usize, &&Kind)| format!("#[config(env = \"V{place}\")] pub f{place}: Option<{}>,\n", kind.ty);
    let settings: String = kinds.iter().enumerate().map(setting).collect();
    let lib = format!("{HEAD}use std::collections::BTreeMap;\n#[kv_config]\npub struct Conf {{\n{settings}}}\n");
    let top = TEMPLATE.replace("[env.dev]\n\n[env.production]\n", "");
    Project::new(&format!("{top}[env.dev.vars]\n{vars}\n[durably.seeds.dev.Conf]\n{seeds}\n"), &lib)
}

/// `name0 = literal`, a line a type.
fn lines(name: &str, count: usize, literal: &str) -> String {
    (0..count).fold(String::new(), |text, place| format!("{text}{name}{place} = {literal}\n"))
}

fn compare(kinds: &[Kind], literal: &str) -> Vec<String> {
    let json = untyped(literal);
    let all: Vec<&Kind> = kinds.iter().collect();
    let mut wrong = Vec::new();
    let mut note = |what: &str, kind: &Kind, build: bool, runtime: bool| {
        if build != runtime {
            wrong.push(format!("{what} {} = {literal}: build {build}, runtime {runtime}", kind.ty));
        }
    };
    let faults = project(&all, &lines("f", all.len(), literal), "").faults();
    let passed =
        |place: usize| !faults.iter().any(|fault| fault.contains(&format!("`durably.seeds.dev.Conf.f{place}` ")));
    for (place, kind) in all.iter().enumerate() {
        note("seed", kind, passed(place), (kind.loads)(json.clone()));
    }
    // What passes is written as what loads.
    let accepted: Vec<&Kind> =
        all.iter().enumerate().filter(|(place, _)| passed(*place)).map(|(_, kind)| *kind).collect();
    if !accepted.is_empty() {
        let project = project(&accepted, &lines("f", accepted.len(), literal), "");
        assert_eq!(project.faults(), [""; 0], "{literal}");
        let seeds: Value = serde_json::from_str(&project.read(".durably/seeds/dev/CONF.json")).unwrap_or_default();
        let document: Value = serde_json::from_str(seeds[0]["value"].as_str().unwrap_or_default()).unwrap_or_default();
        for (place, kind) in accepted.iter().enumerate() {
            note("written seed", kind, true, (kind.loads)(document[format!("f{place}")].clone()));
        }
    }
    // A variable that is a text is read as a parameter is, anything else as in a document.
    let faults = project(&all, "", &lines("V", all.len(), literal)).faults();
    for (place, kind) in all.iter().enumerate() {
        let passed = !faults.iter().any(|fault| fault.contains(&format!("read by `Conf.f{place}`,")));
        let read = json.as_str().map_or_else(|| (kind.loads)(json.clone()), |text| (kind.reads)(text));
        note("variable", kind, passed, read);
    }
    wrong
}

/// Every literal is tried on every type.
const LITERALS: &[&str] = &[
    "0",
    "-1",
    "1",
    "200",
    "201",
    "255",
    "256",
    "65536",
    "4294967296",
    "9007199254740991",
    "-9007199254740991",
    "0.5",
    "1.0",
    "1e300",
    "-0.0",
    "true",
    "\"\"",
    "\"true\"",
    "\"0\"",
    "\"42\"",
    "\"-1\"",
    "\"9007199254740991\"",
    "\"9007199254740992\"",
    "\"18446744073709551615\"",
    "\"18446744073709551616\"",
    "\"x\"",
    "\"1.5\"",
    "\"1e300\"",
    "\"1e999\"",
    "\"NaN\"",
    "\"AAAA\"",
    "\"AAAAAA==\"",
    "\"AAAAAA\"",
    "\"a-_a\"",
    "\"2026-11-17T12:00:00Z\"",
    "\"2026-11-17T12:00:00.123456+02:00\"",
    "\"2026-11-17 12:00:00Z\"",
    "\"2026-11-17\"",
    "\"2026-02-30T00:00:00Z\"",
    "\"0000-01-01T00:00:00Z\"",
    "\"0000-01-01T00:00:00+01:00\"",
    "\"9999-12-31T23:59:59.999Z\"",
    "\"2026-11-17T23:59:60Z\"",
    "\"00000000-0000-7000-8000-000000000000\"",
    "\"00000000000070008000000000000000\"",
    "\"{00000000-0000-7000-8000-000000000000}\"",
    "\"urn:uuid:00000000-0000-7000-8000-000000000000\"",
    "\"00000000-0000-7000-8000-00000000000\"",
    "[]",
    "[1]",
    "[1, 2]",
    "[\"a\", \"b\"]",
    "[1, \"b\"]",
    "{}",
    "{ a = 1 }",
    "{ \"1\" = 1 }",
    "{ \"-1\" = 300 }",
];

#[test]
fn the_build_and_the_runtime_read_alike() {
    use std::collections::BTreeMap;

    use durably::{Limit, Seq, Timestamp, Uuid};
    let kinds = kinds![
        bool,
        i8,
        i16,
        i32,
        i64,
        u8,
        u16,
        u32,
        u64,
        f32,
        f64,
        String,
        Timestamp,
        Uuid,
        Seq,
        Limit,
        Vec<u8>,
        [u8; 4],
        Vec<u16>,
        Vec<String>,
        Vec<Timestamp>,
        [u16; 2],
        (u8, String),
        BTreeMap<String, u8>,
        BTreeMap<u8, u16>,
        BTreeMap<i16, u16>,
    ];
    let wrong: Vec<String> = LITERALS.iter().flat_map(|literal| compare(&kinds, literal)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
