//! `own` is the same from a macro's tokens and from the file, and changes with what is stored or called.
#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use common::{expand, scan};
use durably_model::contract::{Fnv, decl};

const ITEMS: &[&str] = &[
    "#[durable_state] pub struct Counter { count: i64, #[durable(default = \"a\nb\")] text: String,\n  log: Log< Vec<Vec<u8>> > }",
    "#[durable_rpc(authorize = Counter::may)] impl Counter { #[rpc(http = \"GET /c/{id}\", status = 200)]\n pub fn get(&self, at: &str,) -> Result<i64, E> { Ok(1) } }",
    "#[kv_config] struct C { #[config(default = -3, min = -3)] a: i32, #[config(secret = \"K\")] k: Secret<String> }",
    "#[durable_route(\"GET /h\", authorize = public)]\nasync fn h(cx: &RouteCx) {}",
    "#[derive(Durable)] enum E { A, B(u8, [u8; 4]), C { #[durable(json)] c: r#type::X } }",
    "#[derive(DurableError)] enum E { #[error(status = 404, \"no {0}\")] Missing(u64) }",
];

#[test]
fn is_the_same_for_both_readers() {
    for item in ITEMS {
        let own = expand(item).unwrap().item_hash();
        assert_eq!(scan(item).unwrap().item_hash(), own, "{item}");
        let windows = item.replace('\n', "\r\n");
        assert_eq!(scan(&windows).unwrap().item_hash(), own, "{item} with CRLF, from the file");
        assert_eq!(expand(&windows).unwrap().item_hash(), own, "{item} with CRLF, from tokens");
    }
}

#[test]
fn does_not_change_with_what_is_not_stored() {
    for (a, b) in [
        (
            "#[durable_state] struct A { a: u8 }",
            "/// Doc.\n#[durable_state] #[derive(Debug)] pub struct A {\n /// Doc.\n #[allow(unused)] pub a : u8,}",
        ),
        (
            "#[durable_rpc] impl A { pub fn f(&self) {} }",
            "#[durable_rpc] impl A { /** Doc. */ pub fn f(&self) { 1; } fn g() {} }",
        ),
        ("#[derive(Durable)] enum E { A }", "#[derive(Durable)] enum E { #[default] A = 4, }"),
    ] {
        assert_eq!(scan(a).unwrap().item_hash(), scan(b).unwrap().item_hash(), "{a} and {b}");
    }
}

#[test]
#[allow(clippy::too_many_lines)] // one list
fn changes_with_everything_that_is() {
    let items = [
        "#[durable_state] struct A { a: u8 }",
        "#[durable_state] struct B { a: u8 }",
        "#[durable_state] struct A { b: u8 }",
        "#[durable_state] struct A { a: u16 }",
        "#[durable_state] struct A { a: u8, b: u8 }",
        "#[durable_state] struct A { b: u8, a: u8 }",
        "#[durable_state] struct A { #[durable(default)] a: u8 }",
        "#[durable_state] struct A { #[durable(default = 1)] a: u8 }",
        "#[durable_state] struct A { #[durable(default = 2)] a: u8 }",
        "#[durable_state] struct A { #[durable(json)] a: u8 }",
        "#[durable_state] struct A { a: Log<u8> }",
        "#[derive(Durable)] struct A { a: u8 }",
        "#[derive(Durable)] #[durable(default)] struct A { a: u8 }",
        "#[derive(Durable)] struct A(u8);",
        "#[derive(Durable)] struct A(u8, u8);",
        "#[derive(Durable)] struct A;",
        "#[derive(Durable)] enum A { A }",
        "#[derive(Durable)] enum A { A, B }",
        "#[derive(Durable)] enum A { A, B(u8) }",
        "#[derive(Durable)] enum A { A, B { a: u8 } }",
        "#[kv_config] struct A { a: u8 }",
        "#[kv_config] struct A { #[config(default = 1)] a: u8 }",
        "#[kv_config] struct A { #[config(env = \"X\")] a: u8 }",
        "#[kv_config] struct A { #[config(min = 1)] a: u8 }",
        "#[kv_config] struct A { #[config(max = 1)] a: u8 }",
        "#[kv_config] struct A { #[config(secret = \"X\")] a: Secret<String> }",
        "#[kv_config] struct A { #[config(secret = \"Y\")] a: Secret<String> }",
        "#[durable_rpc] impl A { pub fn f(&self) {} }",
        "#[durable_rpc] impl A { #[rpc] fn f(&self) {} }",
        "#[durable_rpc] impl A { pub fn f(&mut self) {} }",
        "#[durable_rpc] impl A { pub fn f(&self, cx: &Cx) {} }",
        "#[durable_rpc] impl A { pub fn f(&self, a: String) {} }",
        "#[durable_rpc] impl A { pub fn f(&self, b: String) {} }",
        "#[durable_rpc] impl A { pub fn f(&self, a: &str) {} }",
        "#[durable_rpc] impl A { pub fn f(&self) -> u8 { 1 } }",
        "#[durable_rpc] impl A { pub fn f(&self) -> Result<u8> { 1 } }",
        "#[durable_rpc] impl A { pub fn f(&self) -> Result<u8, E> { 1 } }",
        "#[durable_rpc] impl A { #[rpc(http = \"GET /{id}\", authorize = public)] pub fn f(&self) {} }",
        "#[durable_rpc] impl A { #[rpc(http = \"GET /{id}\", authorize = a)] pub fn f(&self) {} }",
        "#[durable_rpc] impl A { #[rpc(http = \"GET /{id}\", authorize = (a, b))] pub fn f(&self) {} }",
        "#[durable_rpc] impl A { #[rpc(http = \"GET /{id}/x\", authorize = public)] pub fn f(&self) {} }",
        "#[durable_rpc] impl A { #[rpc(http = \"POST /{id}\", authorize = public)] pub fn f(&self) {} }",
        "#[durable_rpc] impl A { #[rpc(http = \"GET /{id}\", authorize = public, status = 202)] pub fn f(&self) {} }",
        "#[durable_route(\"GET /h\", authorize = public)] async fn a() {}",
        "#[durable_route(\"GET /h\", authorize = public)] async fn b() {}",
        "#[derive(DurableError)] enum A { #[error(status = 404, \"a\")] A }",
        "#[derive(DurableError)] enum A { #[error(status = 405, \"a\")] A }",
        "#[derive(DurableError)] enum A { #[error(status = 404, \"b\")] A }",
        "#[durable_state] struct A { #[durable(default = A)] a: X }",
        "#[durable_state] struct A { #[durable(default = X)] a: X }",
        "#[derive(Durable)] struct B { a: u8 }",
        "#[derive(Durable)] struct A { b: u8 }",
        "#[derive(Durable)] struct A { a: u16 }",
        "#[derive(Durable)] struct A { #[durable(json)] a: u8 }",
        "#[derive(Durable)] struct A { #[durable(default)] a: u8 }",
        "#[derive(Durable)] struct A {}",
        "#[derive(Durable)] enum A { A() }",
        "#[derive(Durable)] enum A { A {} }",
        "#[derive(Durable)] struct A(u16);",
        "#[derive(Durable)] struct A(u8, u16);",
        "#[derive(Durable)] struct A(u8, u8, u8);",
        "#[derive(Durable)] enum A { C }",
        "#[derive(Durable)] enum A { A, B(u16) }",
        "#[derive(Durable)] enum A { A, B(u8, u8) }",
        "#[derive(Durable)] enum A { A, B { b: u8 } }",
        "#[derive(DurableError)] enum B { #[error(status = 404, \"a\")] A }",
        "#[derive(DurableError)] enum A { #[error(status = 404, \"a\")] B }",
        "#[derive(DurableError)] enum A { #[error(status = 404, \"a\")] A(u8) }",
        "#[derive(DurableError)] enum A { #[error(status = 404, \"{0}\")] A(u8) }",
        "#[derive(DurableError)] enum A { #[error(status = 404, \"0\")] A(u8) }",
        "#[kv_config] struct B { a: u8 }",
        "#[kv_config] struct A { b: u8 }",
        "#[kv_config] struct A { a: u16 }",
        "#[kv_config] struct A { #[config(default = 2)] a: u8 }",
        "#[kv_config] struct A { #[config(env = \"Y\")] a: u8 }",
        "#[kv_config] struct A { #[config(min = 2)] a: u8 }",
        "#[durable_rpc] impl B { pub fn f(&self) {} }",
        "#[durable_rpc] impl A { pub fn g(&self) {} }",
        "#[durable_rpc] impl A { pub fn f(&self, a: u8) {} }",
        "#[durable_rpc] impl A { #[rpc(create)] pub fn f() -> Self {} }",
        "#[durable_rpc] impl A { pub async fn f(this: Handle<Self>) {} }",
        "#[durable_rpc] impl A { pub fn f(&self) -> Result<u8, F> { 1 } }",
        "#[durable_rpc(authorize = a)] impl A { #[rpc(http = \"GET /{id}\", authorize = a)] pub fn f(&self) {} }",
        "#[durable_rpc(authorize = a)] impl A { #[rpc(http = \"GET /{id}\")] pub fn f(&self) {} }",
        "#[durable_rpc(authorize = b)] impl A { #[rpc(http = \"GET /{id}\")] pub fn f(&self) {} }",
        "#[durable_rpc(authorize = (a, b))] impl A { #[rpc(http = \"GET /{id}\")] pub fn f(&self) {} }",
        "#[durable_rpc(authorize = (a, c))] impl A { #[rpc(http = \"GET /{id}\")] pub fn f(&self) {} }",
        "#[durable_rpc] impl A { #[rpc(http = \"GET /{id}/y\", authorize = public)] pub fn f(&self) {} }",
        "#[durable_rpc] impl A { #[rpc(http = \"GET /{id}/x\", authorize = public)] pub fn f(&self, x: u8) {} }",
        "#[durable_rpc] impl A { #[rpc(http = \"GET /{id}/{x}\", authorize = public)] pub fn f(&self, x: u8) {} }",
        "#[durable_route(\"GET /i\", authorize = public)] async fn a() {}",
        "#[durable_route(\"GET /h\", authorize = a)] async fn a() {}",
        "#[durable_route(\"GET /h\", authorize = public)] async fn a(cx: &RouteCx) {}",
        "#[durable_route(\"GET /h\", authorize = public)] async fn a(b: u8) {}",
        "#[durable_route(\"GET /h\", authorize = public)] async fn a() -> u8 {}",
    ];
    let mut seen = std::collections::BTreeMap::new();
    for item in items {
        let own = scan(item).unwrap().item_hash();
        assert_eq!(seen.insert(own, item), None, "{item}");
    }
}

/// A change here is a change of every DECL.
#[test]
fn golden_values() {
    let string = decl::builtin("String", &[]);
    let golden = [
        Fnv::new().text("durably").finish(),
        Fnv::new().number(1).finish(),
        string,
        decl::builtin("Option", &[string]),
        decl::builtin("Map", &[string, decl::builtin("u64", &[])]),
        decl::item("", 0),
        decl::item("chat::turn", 0x0123_4567_89ab_cdef),
        scan("#[durable_state] pub struct Counter { count: i64 }").unwrap().item_hash(),
        scan("#[durable_rpc] impl Counter { pub fn increment(&mut self) -> i64 { 1 } }").unwrap().item_hash(),
    ];
    assert_eq!(
        golden,
        [
            0xf59e_9c00_1416_c049,
            0x89cd_3129_1d2a_efa4,
            0x9b39_2007_fcb5_860d,
            0xa107_94c2_6dd9_8fe0,
            0xa17b_d546_1361_636e,
            0xa784_61e3_0a98_410c,
            0xab5a_2641_4175_d88f,
            0xc8c1_5aff_b310_b879,
            0x37c9_ed91_2aa3_7bbc,
        ]
    );
}
