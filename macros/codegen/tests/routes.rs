//! What the routes of a crate may not be.

#![allow(missing_docs, clippy::panic, reason = "tests")]

mod support;

use support::Project;

const TYPES: &str = "
#[derive(Clone, Durable)]
pub struct Pair { a: u32, b: u32 }
#[derive(Clone, Durable)]
pub struct Name(String);
#[derive(Clone, Durable)]
pub struct Names(Vec<String>);
#[derive(Clone, Durable)]
pub struct Both(u32, u32);
#[derive(Clone, Durable)]
pub struct Nothing;
#[derive(Clone, Durable)]
pub enum Tone { Warm, Cold }
#[derive(Clone, Durable)]
pub enum Shape { Point, Circle(f64) }
";

fn faults(lib: &str) -> Vec<String> {
    Project::of(&format!("{TYPES}{lib}")).faults()
}

fn route(name: &str, route: &str, args: &str) -> String {
    format!("#[durable_route(\"{route}\", authorize = public)]\nasync fn {name}({args}) {{}}\n")
}

fn params(path: &str) -> String {
    let names = path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    names.map(|name| format!("{name}: String")).collect::<Vec<_>>().join(", ")
}

/// Two functions with these routes.
fn pair(one: &str, two: &str) -> Vec<String> {
    faults(&format!("{}{}", route("one", one, &params(one)), route("two", two, &params(two))))
}

#[test]
fn a_request_has_one_route() {
    for (one, two, path) in [
        ("GET /a", "GET /a", ""),
        ("GET /", "GET /", ""),
        ("POST /a/{x}", "POST /a/{y}", ""),
        ("GET /a/{x}", "GET /{y}/b", "/a/b"),
        ("GET /a/{x}", "DELETE /{y}/b", "/a/b"),
        ("PUT /a/{x}/{z}", "PUT /{y}/b/{w}", "/a/b/{z}"),
    ] {
        let found = pair(one, two);
        let [first, second] = found.as_slice() else { panic!("{one} {two}: {found:#?}") };
        assert!(first.contains("Item(())") && first.contains(&format!("`{one}`")), "{first}");
        assert!(first.contains("`two` (src/lib.rs:"), "{first}");
        assert!(second.contains(&format!("`{two}`")) && second.contains("`one` (src/lib.rs:"), "{second}");
        assert!(path.is_empty() || first.contains(&format!("both match `{path}`")), "{first}");
    }
    for (one, two) in [
        ("GET /a", "POST /a"),
        ("GET /a/{x}", "POST /a/{y}"),
        ("GET /a/{x}", "GET /a/b"),
        ("GET /{x}/{y}", "GET /a/b"),
        ("GET /{x}/{y}", "GET /{x}/b"),
        ("GET /a/{x}", "GET /b/{x}"),
        ("GET /a/{x}", "GET /a/{x}/b"),
        ("GET /a/{x}/c", "GET /{y}/b/d"),
    ] {
        assert_eq!(pair(one, two), [""; 0], "{one} {two}");
    }
}

#[test]
fn across_blocks_and_functions() {
    let state = |name: &str, route: &str| {
        format!(
            "#[durable_state]\npub struct {name} {{ a: u32 }}\n#[durable_rpc(authorize = public)]\nimpl {name} {{\n\
             #[rpc(http = \"{route}\")]\npub fn get(&self) -> u32 {{ 1 }}\n}}\n"
        )
    };
    let found = faults(&format!("{}{}", state("One", "GET /v1/{id}/x"), state("Two", "GET /v1/{id}/x")));
    let [first, second] = found.as_slice() else { panic!("{found:#?}") };
    assert!(first.contains("Method(\"get\")") && first.contains("`GET /v1/{id}/x` is the route of `get`"), "{first}");
    assert!(second.contains("Method(\"get\")"), "{second}");
    let found = faults(&format!("{}{}", state("One", "GET /v1/{id}/x"), route("two", "GET /v1/me/{what}", "what: u8")));
    let [first, second] = found.as_slice() else { panic!("{found:#?}") };
    assert!(first.contains("Method(\"get\")") && first.contains("`GET /v1/me/{what}` of `two`"), "{first}");
    assert!(second.contains("Item(())") && second.contains("both match `/v1/me/x`"), "{second}");
    // In another module, and one of one block against another of it.
    let found = faults(&format!(
        "mod inner {{ use durably::prelude::*;\n{} }}\n{}",
        route("one", "GET /a/b", ""),
        route("two", "GET /a/b", "")
    ));
    assert_eq!(found.len(), 2, "{found:#?}");
    let block = "#[durable_state]\npub struct One { a: u32 }\n#[durable_rpc(authorize = public)]\nimpl One {\n\
                 #[rpc(http = \"GET /a/{id}\")]\npub fn one(&self) {}\n#[rpc(http = \"PUT /{id}/b\")]\npub fn two(&self) {}\n}\n";
    let found = faults(block);
    assert_eq!(found.len(), 2, "{found:#?}");
}

#[test]
fn what_text_cannot_give() {
    let texts = "a: bool, b: i8, c: u64, d: f32, e: f64, f: String, g: Timestamp, h: Uuid, i: Seq, j: Limit, k: Tone, \
                 l: Name, m: Option<u32>, n: Option<Tone>, o: Vec<u8>, p: [u8; 4], q: Option<Name>, r: &str, s: &[u8]";
    for verb in ["GET", "DELETE", "POST"] {
        assert_eq!(faults(&route("one", &format!("{verb} /a/{{f}}/{{l}}"), texts)), [""; 0], "{verb}");
    }
    for ty in [
        "Pair",
        "Both",
        "Nothing",
        "Names",
        "Shape",
        "Option<Pair>",
        "Vec<String>",
        "Vec<u32>",
        "[u16; 2]",
        "(u8, u8)",
        "()",
        "Box<u32>",
        "MergePatch",
        "std::collections::BTreeMap<String, u32>",
        "std::collections::HashMap<String, u32>",
    ] {
        for (declared, place) in [
            ("GET /a", "a GET has no body, and a query is text"),
            ("DELETE /a", "a DELETE has no body, and a query is text"),
            ("POST /a/{x}", "a segment of a path is text"),
        ] {
            let found = faults(&route("one", declared, &format!("y: u8, x: {ty}")));
            let [fault] = found.as_slice() else { panic!("{declared} {ty}: {found:#?}") };
            assert!(fault.contains("Argument(\"one\", \"x\")") && fault.contains(place), "{fault}");
        }
        assert_eq!(faults(&route("one", "POST /a", &format!("y: u8, x: {ty}"))), [""; 0], "{ty}");
    }
    // In a method's block too, at its argument.
    let block = "#[durable_state]\npub struct One { a: u32 }\n#[durable_rpc(authorize = public)]\nimpl One {\n\
                 #[rpc(http = \"GET /a/{id}\")]\npub fn one(&self, pair: Pair) {}\npub fn two(&self, pair: Pair) {}\n}\n";
    let found = faults(block);
    let [fault] = found.as_slice() else { panic!("{found:#?}") };
    assert!(fault.contains("Argument(\"one\", \"pair\")") && fault.contains("`Pair`"), "{fault}");
}
