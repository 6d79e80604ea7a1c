//! Every rule: what is wrong, where the error points, and a part of what it says. One mistake gives one error.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::format_collect)]

mod common;

use common::errors;

/// Each line: the source, what the error points at, a part of its text.
fn refused(cases: &[(&str, &str, &str)]) {
    for (source, at, text) in cases {
        let errors = errors(source);
        assert_eq!(errors.len(), 1, "{source}: {errors:#?}");
        let (place, message) = &errors[0];
        assert_eq!(place, at, "{source}: {message}");
        assert!(message.contains(text), "{source}: {message}");
    }
}

#[test]
fn attributes() {
    refused(&[
        ("#[durable_state(version = 2)] struct A { a: u8 }", "version", "`#[durable_state]` takes nothing"),
        ("#[durable_state(\"x\")] struct A { a: u8 }", "\"x\"", "takes none"),
        (
            "#[durable_state] struct A { #[durable(defualt = 1)] a: u8 }",
            "defualt",
            "takes `default` and `json`; did you mean `default`?",
        ),
        ("#[durable_state] struct A { #[durable(index)] a: u8 }", "index", "unknown attribute `index`"),
        ("#[durable_state] struct A { #[durable(was = \"b\")] a: u8 }", "was", "unknown"),
        ("#[durable_state] struct A { #[durable(a::b)] a: u8 }", "a::b", "unknown attribute `a::b`"),
        ("#[durable_state] struct A { #[durable(default, default = 1)] a: u8 }", "default", "given twice"),
        ("#[durable_state] struct A { #[durable(default)] #[durable(default)] a: u8 }", "default", "given twice"),
        ("#[durable_state] struct A { #[durable] a: u8 }", "#[durable]", "in parentheses"),
        ("#[durable_state] struct A { #[durable = 3] a: u8 }", "#[durable = 3]", "in parentheses"),
        ("#[durable_state] struct A { #[durable()] a: u8 }", "#[durable()]", "says nothing"),
        ("#[durable_state] struct A { #[durable(default(3))] a: u8 }", "default(3)", "write `default = …`"),
        ("#[durable_state] struct A { #[durable(json = true)] a: X }", "true", "write `json` alone"),
        ("#[durable_state] struct A { #[durable(3)] a: X }", "3", "a value without a key"),
        ("#[durable_state] struct A { #[durable(\"x\")] a: X }", "\"x\"", "a value without a key"),
        ("#[durable_state] struct A { #[durable(default = 1 2)] a: u8 }", "2", "expected `,`"),
        ("#[durable_state] struct A { #[durable(default = pub)] a: X }", "default", "no expression"),
        ("#[durable_state] struct A { #[config(default = 1)] a: u8 }", "#[config(default = 1)]", "`#[durable(…)]`"),
        ("#[durable_state] #[durable(default)] struct A { a: u8 }", "#[durable(default)]", "stand on its fields"),
        ("#[durable_rpc(who = x)] impl A { pub fn f(&self) {} }", "who", "takes `authorize`"),
        ("#[durable_rpc] impl A { #[rpc(timer)] fn f(&self) {} }", "timer", "unknown attribute `timer`"),
        ("#[durable_rpc] impl A { #[durable(x)] fn f(&self) {} }", "#[durable(x)]", "takes `#[rpc(…)]`"),
        ("#[derive(Durable)] #[durable(default = A)] struct A(u8);", "A", "write `default` alone"),
        ("#[derive(Durable)] enum A { #[durable(default)] B }", "#[durable(default)]", "a variant takes no"),
        ("#[derive(Durable)] struct A(#[durable(json)] X);", "#[durable(json)]", "a field with a name"),
        ("#[kv_config] struct A { #[config(secert = \"X\")] a: Secret<String> }", "secert", "did you mean `secret`?"),
        ("#[durable_route(\"GET /h\", authorise = public)] async fn f() {}", "authorise", "did you mean `authorize`?"),
    ]);
}

#[test]
fn items() {
    refused(&[
        ("#[durable_state] enum A { B }", "A", "goes on a struct with named fields"),
        ("#[durable_state] union A { a: u8 }", "A", "this is a union"),
        ("#[durable_state] fn a() {}", "a", "this is a function"),
        ("#[durable_state] struct A(u8);", "A", "have no names"),
        ("#[durable_state] struct A;", "A", "have no names"),
        ("#[durable_state] struct A {}", "A", "stores nothing"),
        ("#[durable_state] struct A<T> { a: u8 }", "T", "no type, lifetime or const parameters"),
        ("#[durable_state] struct A<'a> { a: u8 }", "'a", "no type, lifetime or const parameters"),
        ("#[durable_state] struct A where u8: Copy { a: u8 }", "where u8: Copy", "no where clause"),
        ("#[durable_state] struct Promise { a: u8 }", "Promise", "taken in JavaScript"),
        ("#[durable_state] struct DurableObject { a: u8 }", "DurableObject", "taken in JavaScript"),
        ("#[durable_state] struct class { a: u8 }", "class", "taken in JavaScript"),
        ("#[durable_state] struct __A { a: u8 }", "__A", "drop the `__`"),
        ("#[durable_state] #[serde(default)] struct A { a: u8 }", "#[serde(default)]", "owns the codec"),
        (
            "#[durable_state] #[derive(Debug, serde::Serialize)] struct A { a: u8 }",
            "serde::Serialize",
            "remove `Serialize`",
        ),
        ("#[durable_state] #[derive(Deserialize)] struct A { a: u8 }", "Deserialize", "never leaves its object"),
        ("#[durable_rpc] struct A { a: u8 }", "A", "goes on the impl block"),
        ("#[durable_rpc] impl B for A { }", "B for", "not in a trait's"),
        ("#[durable_rpc] impl<T> A<T> { }", "T", "no type, lifetime"),
        ("#[durable_rpc] impl A<u8> { }", "A<u8>", "write its name"),
        ("#[durable_rpc] impl [u8] { }", "[u8]", "write its name"),
        ("#[durable_rpc] unsafe impl A { }", "unsafe", "not `unsafe`"),
        ("#[durable_rpc] impl A { methods!(); }", "methods!();", "does not expand macros"),
        ("#[kv_config] enum A { B }", "A", "goes on a struct with named fields"),
        ("#[kv_config] struct A(u8);", "A", "have no names"),
        ("#[kv_config] struct A {}", "A", "holds nothing"),
        ("#[kv_config] #[derive(Clone, Durable)] struct A { a: u8 }", "Durable", "never sent"),
        ("#[durable_state] struct B<'a> { a: Name<'a> }", "'a", "no type, lifetime or const parameters"),
        ("#[durable_route(\"GET /h\", authorize = public)] struct A;", "A", "goes on a function"),
        ("#[derive(Durable)] union A { a: u8 }", "union", "write an enum"),
        ("#[derive(Durable)] enum A {}", "A", "without variants"),
        ("#[derive(Durable)] struct A<'a>(u8);", "'a", "no type, lifetime"),
        ("#[derive(Durable)] #[serde(tag = \"x\")] enum A { B }", "#[serde(tag = \"x\")]", "owns the codec"),
        ("#[derive(Durable)] enum A { #[serde(rename = \"x\")] B }", "#[serde(rename = \"x\")]", "owns the codec"),
        ("#[derive(Durable)] struct A { #[serde(skip)] b: u8 }", "#[serde(skip)]", "owns the codec"),
        ("#[derive(Durable)] enum A { TooLong, Too_Long }", "Too_Long", "both `too_long` on the wire"),
        ("#[derive(DurableError)] struct A { a: u8 }", "A", "goes on an enum"),
        ("#[derive(DurableError)] enum A {}", "A", "add a variant"),
    ]);
}

#[test]
fn names_of_fields() {
    refused(&[
        ("#[durable_state] struct A { _id: u8 }", "_id", "durably's own columns"),
        ("#[durable_state] struct A { __x: u8 }", "__x", "durably's own columns"),
        ("#[durable_state] struct A { durably_x: u8 }", "durably_x", "reserved"),
        ("#[durable_state] struct A { SQLite_x: u8 }", "SQLite_x", "reserved"),
        ("#[durable_state] struct A { title: u8, Title: u8 }", "Title", "one name in SQL"),
        ("#[durable_state] struct A { r#type: u8, TYPE: Log<u8> }", "TYPE", "one name in SQL"),
        ("#[derive(Durable)] struct A { a: u8, _b: u8 }", "_b", "durably's own columns"),
        ("#[derive(Durable)] struct A { a: u8, A: u8 }", "A", "one name in SQL"),
        ("#[derive(Durable)] enum A { B { __c: u8 } }", "__c", "drop the `__`"),
    ]);
}

#[test]
fn builds_that_would_differ() {
    refused(&[
        (
            "#[durable_state] struct A { a: u8, #[cfg(test)] b: u8 }",
            "#[cfg(test)]",
            "must not depend on how it was built",
        ),
        (
            "#[durable_state] struct A { #[cfg_attr(test, durable(json))] b: u8 }",
            "#[cfg_attr(test, durable(json))]",
            "`#[cfg_attr]` on a field",
        ),
        ("#[derive(Durable)] enum A { #[cfg(test)] B, C }", "#[cfg(test)]", "on a variant"),
        ("#[derive(Durable)] struct A { #[cfg(test)] b: u8 }", "#[cfg(test)]", "on a field"),
        ("#[durable_rpc] impl A { #[cfg(test)] pub fn f(&self) {} }", "#[cfg(test)]", "on a method"),
        ("#[durable_rpc] impl A { pub fn f(&self, #[cfg(test)] a: u8) {} }", "#[cfg(test)]", "on an argument"),
        ("#[kv_config] struct A { #[cfg(test)] b: u8 }", "#[cfg(test)]", "on a setting"),
    ]);
}

#[test]
fn types() {
    let cases = [
        ("usize", "usize", "`u32` or `u64`"),
        ("Vec<isize>", "isize", "`i32` or `i64`"),
        ("u128", "u128", "`Uuid`"),
        ("(u8, i128)", "i128", "64 bits"),
        ("char", "char", "`String`"),
        ("&'static str", "&'static str", "write `String`"),
        ("Option<&[u32]>", "&[u32]", "write `Vec<u32>`"),
        ("*const u8", "*const u8", "pointer"),
        ("fn(u8) -> u8", "fn(u8) -> u8", "function"),
        ("Box<dyn Debug>", "dyn Debug", "not `dyn`"),
        ("impl Debug", "impl Debug", "in place of `impl`"),
        ("Option<Option<u8>>", "Option<u8>", "`Some(None)`"),
        ("std::sync::Arc<u8>", "std::sync::Arc<u8>", "can't be shared"),
        ("Rc<u8>", "Rc<u8>", "what is in the `Rc`"),
        ("RefCell<u8>", "RefCell<u8>", "behind durably's back"),
        ("Vec<Mutex<u8>>", "Mutex<u8>", "behind durably's back"),
        ("Option<Log<u8>>", "Log<u8>", "use `Vec<T>` here"),
        ("Vec<Map<u8, u8>>", "Map<u8, u8>", "use `BTreeMap<K, V>` here"),
        ("Log<Log<u8>>", "Log<u8>", "is a table"),
        ("Log", "Log", "takes one type"),
        ("Log<u8, u8>", "Log<u8, u8>", "takes one type"),
        ("Map<String>", "Map<String>", "takes two types"),
        ("Map<String, usize>", "usize", "`u32` or `u64`"),
        ("Cow<'static, str>", "'static", "borrows nothing"),
        ("<A as B>::C", "<A as B>::C", "not traits"),
        ("Option<Box<Self>>", "Self", "the type's name"),
        ("[u8]", "[u8]", "write `Vec<u8>`"),
        ("a!()", "a!()", "written out"),
        ("_", "_", "written out"),
        ("Foo<Item = u8>", "Item = u8", "only types stand here"),
        ("(u8, u8, u8, u8, u8, u8, u8)", "(u8, u8, u8, u8, u8, u8, u8)", "at most 6"),
    ];
    for (ty, at, text) in cases {
        refused(&[(&format!("#[durable_state] struct A {{ a: {ty} }}"), at, text)]);
    }
    refused(&[
        ("#[derive(Durable)] struct A { a: Log<u8> }", "Log<u8>", "only a field of a `#[durable_state]`"),
        ("#[derive(Durable)] struct A(Map<u8, u8>);", "Map<u8, u8>", "only a field of a `#[durable_state]`"),
        ("#[derive(Durable)] enum A { B(usize) }", "usize", "`u32` or `u64`"),
        ("#[durable_state] struct A { #[durable(json)] a: Log<u8> }", "json", "has no JSON"),
        ("#[durable_state] struct A { #[durable(default)] a: Log<u8> }", "default", "begins empty"),
        ("#[durable_state] struct A { #[durable(json)] a: Option<&str> }", "&str", "write `String`"),
        ("#[durable_state] struct A { #[durable(default = \"x\")] a: u32 }", "\"x\"", "this is no `u32`"),
        ("#[durable_state] struct A { #[durable(default = 300)] a: u8 }", "300", "from 0 to 255"),
        ("#[durable_state] struct A { #[durable(default = 1)] a: f64 }", "1", "`default = 1.0`"),
        ("#[durable_state] struct A { #[durable(default = 1i64)] a: u8 }", "1i64", "leave the suffix away"),
        ("#[durable_state] struct A { a: u8 = 3 }", "3", "`#[durable(default = 3)]`"),
    ]);
    assert_eq!(errors("#[durable_state] struct A { #[durable(json)] a: usize, b: Vec<crate::Cell> }"), []);
}

#[test]
fn widths() {
    let fields = |count: usize, ty: &str| (0..count).map(|i| format!("f{i}: {ty}, ")).collect::<String>();
    let state = |count, log| format!("#[durable_state] struct A {{ {} log: {log} }}", fields(count, "u8"));
    assert_eq!(errors(&state(95, "Log<u8>")), []);
    refused(&[(&state(95, "u8"), "log", "this one has 96")]);
    let durable = |count| format!("#[derive(Durable)] struct A {{ {} }}", fields(count, "u8"));
    assert_eq!(errors(&durable(99)), []);
    refused(&[(&durable(100), "f99", "this one has 100")]);
    let methods = |count: usize| (0..count).map(|i| format!("pub fn f{i}(&self) {{}} ")).collect::<String>();
    assert_eq!(errors(&format!("#[durable_rpc] impl A {{ {} }}", methods(256))), []);
    refused(&[(&format!("#[durable_rpc] impl A {{ {} }}", methods(257)), "f256", "this one has 257")]);
}

/// Cases of one method each.
fn refused_methods(cases: &[(&str, &str, &str)]) {
    for (method, at, text) in cases {
        refused(&[(&format!("#[durable_rpc] impl A {{ {method} }}"), at, text)]);
    }
}

#[test]
fn methods() {
    refused_methods(&[
        ("pub async fn f(&mut self) {}", "&mut self", "`this: Handle<Self>`"),
        ("pub async fn f(&self) {}", "&self", "`this: Handle<Self>`"),
        ("pub async fn f() {}", "f", "`this: Handle<Self>` first"),
        ("pub async fn f(this: Handle<B>) {}", "Handle<B>", "its own object"),
        ("pub async fn f(this: &Handle<Self>) {}", "&Handle<Self>", "`this: Handle<Self>`"),
        ("pub async fn f(this: Handle<Self>, cx: &Cx) {}", "cx: &Cx", "`this.write(|state, cx| …)`"),
        ("pub fn f(this: Handle<Self>) {}", "fn", "is `async`"),
        ("pub fn f(self) {}", "self", "leave its object without one"),
        ("pub fn f(mut self) {}", "mut self", "leave its object without one"),
        ("pub fn f(self: &Self) {}", "self: &Self", "`&self` to read"),
        ("pub fn f(&'static self) {}", "'static", "without a lifetime"),
        ("pub fn f() {}", "f", "make it private"),
        ("#[rpc] fn f() {}", "f", "takes `&self` or `&mut self`"),
        ("pub fn f<T>(&self, a: u8) {}", "T", "one signature"),
        ("pub fn f<'a>(&self, a: u8) {}", "'a", "no lifetimes"),
        ("pub fn f(&self) where u8: Copy {}", "where u8: Copy", "no where clause"),
        ("pub unsafe fn f(&self) {}", "unsafe", "remove it"),
        ("pub const fn f(&self) {}", "const", "remove it"),
        ("pub extern \"C\" fn f(&self) {}", "extern \"C\"", "remove it"),
        ("pub fn fetch(&self) {}", "fetch", "every RPC stub itself"),
        ("pub fn r#then(&self) {}", "r#then", "every RPC stub itself"),
        ("pub fn webSocketThing(&self) {}", "webSocketThing", "every RPC stub itself"),
        ("pub fn named(&self) {}", "named", "every typed client has"),
        ("pub fn within(&self) {}", "within", "every typed client has"),
        ("fn unique() {}", "unique", "is generated here"),
        ("pub fn delete(&self) {}", "delete", "a word of JavaScript's"),
        ("pub fn __f(&self) {}", "__f", "drop the `__`"),
        ("pub fn f(&self) {} pub fn f(&self) {}", "f", "a second method `f`"),
        ("pub fn f(&self, cx: Cx) {}", "Cx", "`cx: &Cx`"),
        ("pub fn f(&self, cx: &mut Cx) {}", "&mut Cx", "`cx: &Cx`"),
        ("pub fn f(&self, a: u8, cx: &Cx) {}", "cx: &Cx", "move it to the front"),
        ("pub fn f(&self, cx: &RouteCx) {}", "&RouteCx", "`cx: &Cx`"),
        ("pub fn f(&self, a: &String) {}", "&String", "write `&str`"),
        ("pub fn f(&self, a: &Vec<u8>) {}", "&Vec<u8>", "write `&[u8]`"),
        ("pub fn f(&self, a: &[u32]) {}", "&[u32]", "write `Vec<u32>`"),
        ("pub fn f(&self, a: &Turn) {}", "&Turn", "write `Turn`"),
        ("pub fn f(&self, a: Option<&str>) {}", "&str", "write `String`"),
        ("pub fn f(&self, a: &mut str) {}", "mut", "without `mut`"),
        ("pub fn f(&self, a: &'static str) {}", "'static", "without the lifetime"),
        ("pub fn f(&self, a: impl Into<String>) {}", "impl Into<String>", "in place of `impl`"),
        ("pub fn f(&self, a: Handle<Self>) {}", "Handle<Self>", "can't be an argument"),
        ("pub fn f(&self, a: Log<u8>) {}", "Log<u8>", "is a table"),
        ("pub fn f(&self, a: usize) {}", "usize", "`u32` or `u64`"),
        ("pub fn f(&self, a: Self) {}", "Self", "never leaves its object"),
        ("pub fn f(&self, (a, b): (u8, u8)) {}", "(a, b)", "by its name"),
        ("pub fn f(&self, _: u8) {}", "_", "by its name"),
        ("pub fn f(&self) -> &str { \"\" }", "&str", "write `String`"),
        ("pub fn f(&self) -> Self { }", "Self", "never leaves its object"),
        ("pub fn f(&self) -> impl Debug { }", "impl Debug", "in place of `impl`"),
        ("pub fn f(&self) -> Result<usize, E> { }", "usize", "`u32` or `u64`"),
        ("pub fn f(&self) -> Result<u8, Box<dyn Error>> { }", "dyn Error", "not `dyn`"),
        ("pub fn f(&self) -> Result { }", "Result", "`Result<T, E>`"),
    ]);
}

#[test]
fn creates() {
    refused_methods(&[
        ("#[rpc(create)] fn a() -> Self {} #[rpc(create)] fn b() -> A {}", "b", "keep one `create`"),
        ("#[rpc(create)] fn a(&self) -> Self {}", "&self", "remove the receiver"),
        ("#[rpc(create)] async fn a() -> Self {}", "async", "can't await"),
        ("#[rpc(create)] fn a() {}", "a", "`Self` or `Result<Self, E>`"),
        ("#[rpc(create)] fn a() -> Result<u8, E> {}", "Result<u8, E>", "`Self` or `Result<Self, E>`"),
        ("#[rpc(create = true)] fn a() -> Self {}", "true", "write `create` alone"),
    ]);
}

#[test]
fn http() {
    let template = |template: &str, at: &str, text: &str| {
        let method = format!("#[rpc(http = \"{template}\", authorize = public)] pub fn f(&self) {{}}");
        refused_methods(&[(&method, &format!("\"{at}\""), text)]);
    };
    for (text, part) in [
        ("get /{id}", "in capitals: `GET`"),
        ("FETCH /{id}", "use `GET`, `POST`"),
        ("/a/{id}", "the verb is missing"),
        ("GET a/{id}", "begins with `/`"),
        ("GET /a//{id}", "an empty segment"),
        ("GET /{id}/", "an empty segment"),
        ("GET /../{id}", "is removed by every client"),
        ("GET /{id}/{id}", "stands in the path twice"),
        ("GET /{id}/x{y}", "a whole segment"),
        ("GET /{id}/{}", "names no argument"),
        ("GET /{id}/{9}", "names no argument"),
        ("GET /{id}?a=b", "a whole segment"),
        ("GET /{id}/a?b", "the query is no part"),
        ("GET /{id}/a b", "one verb, one space"),
        ("GET /{id}/ä", "does not stand in a path"),
        ("GET /{id}/{turn}", "no argument has that name"),
        ("GET /things", "add a segment `{id}`"),
    ] {
        template(text, text, part);
    }
    refused_methods(&[
        ("#[rpc(http = \"GET /{id}\")] pub fn f(&self) {}", "http", "says who may call it"),
        ("#[rpc(http = 3, authorize = public)] pub fn f(&self) {}", "3", "takes a text"),
        ("#[rpc(http, authorize = public)] pub fn f(&self) {}", "http", "takes a value"),
        ("#[rpc(status = 201)] pub fn f(&self) {}", "status", "this method has none"),
        ("#[rpc(authorize = public)] pub fn f(&self) {}", "authorize", "this method has none"),
        ("#[rpc(http = \"GET /{id}\", authorize = public, status = 302)] pub fn f(&self) {}", "302", "from 200 to 299"),
        (
            "#[rpc(http = \"GET /{id}\", authorize = public, status = \"x\")] pub fn f(&self) {}",
            "\"x\"",
            "from 200 to 299",
        ),
        (
            "#[rpc(http = \"GET /{id}\", authorize = public, status = 204)] pub fn f(&self) -> u8 { 1 }",
            "status",
            "204 has no body",
        ),
        ("#[rpc(http = \"GET /{id}\", authorize = |x| x)] pub fn f(&self) {}", "|x| x", "takes the path of a function"),
        (
            "#[rpc(http = \"GET /{id}\", authorize = (a, b, c))] pub fn f(&self) {}",
            "(a, b, c)",
            "takes the path of a function",
        ),
        (
            "#[rpc(http = \"GET /{id}\", authorize = (public, b))] pub fn f(&self) {}",
            "(public, b)",
            "takes the path of a function",
        ),
        ("#[rpc(http = \"GET /{id}\", authorize = public)] pub fn f(&self, id: u8) {}", "id", "rename the argument"),
        (
            "#[rpc(http = \"GET /{id}/{a}\", authorize = public)] pub fn f(&self, a: u8) {}
             #[rpc(http = \"GET /{id}/{b}\", authorize = public)] pub fn g(&self, b: u8) {}",
            "g",
            "is the route of `f` already",
        ),
    ]);
    refused(&[
        ("#[durable_rpc(authorize = a)] impl A { pub fn f(&self) {} }", "authorize", "no method here has one"),
        ("#[durable_route(\"GET /h\")] async fn f() {}", "\"GET /h\"", "says who may call it"),
        ("#[durable_route(authorize = public)] async fn f() {}", "f", "the route is missing"),
        (
            "#[durable_route(\"GET /h\", \"GET /i\", authorize = public)] async fn f() {}",
            "\"GET /i\"",
            "a second route",
        ),
        ("#[durable_route(\"GET /h\", authorize = (a, b))] async fn f() {}", "b", "no single object"),
        ("#[durable_route(\"GET /h\", authorize = public)] fn f() {}", "fn", "is `async`"),
        ("#[durable_route(\"GET /h\", authorize = public)] async fn f(&self) {}", "&self", "outside of any object"),
        ("#[durable_route(\"GET /h\", authorize = public)] async fn f(cx: &Cx) {}", "&Cx", "`cx: &RouteCx`"),
        (
            "#[durable_route(\"GET /{id}\", authorize = public)] async fn f() {}",
            "\"GET /{id}\"",
            "no argument has that name",
        ),
        ("#[durable_route(\"GET /h\", authorize = public)] async fn f<T>() {}", "T", "one signature"),
    ]);
}

#[test]
fn settings() {
    let setting = |attribute: &str, ty: &str, at: &str, text: &str| {
        refused(&[(&format!("#[kv_config] struct AppConfig {{ #[config({attribute})] a: {ty} }}"), at, text)]);
    };
    for (attribute, ty, at, text) in [
        ("secret = \"K\", default = \"x\"", "Secret<String>", "default", "conflicts with `secret`"),
        ("secret = \"K\", env = \"E\"", "Secret<String>", "env", "conflicts with `secret`"),
        ("secret = \"K\", min = 1", "Secret<String>", "min", "conflicts with `secret`"),
        ("secret = \"K\"", "String", "String", "write `Secret<String>`"),
        ("secret = \"K\"", "Secret<u8>", "Secret<u8>", "write `Secret<String>`"),
        ("secret = \"k\"", "Secret<String>", "\"k\"", "capital letters"),
        ("secret", "Secret<String>", "secret", "takes a value"),
        ("env = \"A\"", "Secret<String>", "Secret<String>", "add `#[config(secret = \"NAME\")]`"),
        ("env = \"A-B\"", "String", "\"A-B\"", "capital letters"),
        ("env = \"\"", "String", "\"\"", "capital letters"),
        ("env = \"APP_CONFIG\"", "String", "\"APP_CONFIG\"", "own KV binding"),
        ("min = 3, max = 2", "u32", "2", "less than `min`, which is 3"),
        ("default = 5, max = 4", "u32", "5", "above `max = 4`"),
        ("default = -5, min = -4", "i32", "-5", "below `min = -4`"),
        ("default = \"äöü\", max = 2", "String", "\"äöü\"", "has 3 characters"),
        ("default = \"x\"", "u32", "\"x\"", "this is no `u32`"),
        ("default = 3", "String", "3", "this is no `String`"),
        ("default = 3", "bool", "3", "write something like `default = true`"),
        ("default = -1", "u32", "-1", "does not fit `u32`"),
        ("default = 1", "Option<u32>", "default", "drop the `Option`"),
        ("max = 1", "bool", "max", "`bool` is none"),
        ("max = 1", "Mode", "max", "`Mode` is none"),
        ("max = 300", "u8", "300", "does not fit `u8`"),
        ("max = \"x\"", "u8", "\"x\"", "write something like `max = 30`"),
        ("max = LIMIT", "u8", "LIMIT", "write the number itself"),
        ("min = -1", "String", "-1", "counts characters"),
        ("min = -1", "Vec<u32>", "-1", "counts items"),
        ("min = 1.5", "String", "1.5", "counts characters"),
        ("default = 1.5, max = 1.0", "f64", "1.5", "above `max = 1.0`"),
    ] {
        setting(attribute, ty, at, text);
    }
    refused(&[
        (
            "#[kv_config] struct A { #[config(env = \"X\")] a: u8, #[config(secret = \"X\")] b: Secret<String> }",
            "\"X\"",
            "another field's `env`",
        ),
        ("#[kv_config] struct A { a: Option<Secret<String>> }", "Secret<String>", "comes from secrets"),
        ("#[kv_config] struct A { a: Log<u8> }", "Log<u8>", "is a table"),
        ("#[kv_config] struct A { #[durable(default = 1)] a: u8 }", "#[durable(default = 1)]", "`#[config(…)]`"),
    ]);
}

#[test]
fn error_variants() {
    let variant = |attribute: &str, variant: &str, at: &str, text: &str| {
        refused(&[(&format!("#[derive(DurableError)] enum E {{ {attribute} {variant} }}"), at, text)]);
    };
    for (attribute, written, at, text) in [
        ("", "A", "A", "needs its status and message"),
        ("#[error(\"x\")]", "A", "#[error(\"x\")]", "status is missing"),
        ("#[error(status = 404)]", "A", "#[error(status = 404)]", "message is missing"),
        ("#[error]", "A", "#[error]", "`status` and a message in parentheses"),
        ("#[error(transparent)]", "A(B)", "#[error(transparent)]", "another type's code"),
        ("#[error(status = 200, \"x\")]", "A", "200", "from 400 to 599"),
        ("#[error(status = 600, \"x\")]", "A", "600", "from 400 to 599"),
        ("#[error(status = 404, \"x\", \"y\")]", "A", "\"y\"", "a second message"),
        ("#[error(status = 404, \"\")]", "A", "\"\"", "explains nothing"),
        ("#[error(status = 404, code = \"x\", \"x\")]", "A", "code", "unknown attribute `code`"),
        ("#[error(status = 404, \"{len}\")]", "A", "\"{len}\"", "which has no fields"),
        ("#[error(status = 404, \"{len}\")]", "A { max: u8 }", "\"{len}\"", "which has `max`"),
        ("#[error(status = 404, \"{1}\")]", "A(u8)", "\"{1}\"", "which has `0`"),
        ("#[error(status = 404, \"{0:?}\")]", "A(u8)", "\"{0:?}\"", "write `{0}`"),
        ("#[error(status = 404, \"{}\")]", "A(u8)", "\"{}\"", "which field"),
        ("#[error(status = 404, \"a } b\")]", "A", "\"a } b\"", "without its `{`"),
        ("#[error(status = 404, \"x\")]", "A(usize)", "usize", "`u32` or `u64`"),
        ("#[error(status = 404, \"x\")] #[cfg(test)]", "A", "#[cfg(test)]", "on a variant"),
        ("#[error(status = 404, \"x\")]", "A(#[error(from)] B)", "#[error(from)]", "stands on the variant"),
    ] {
        variant(attribute, written, at, text);
    }
    refused(&[
        (
            "#[derive(DurableError)] enum E { #[error(status = 404, \"x\")] AB, #[error(status = 404, \"x\")] Ab }",
            "Ab",
            "both `ab` on the wire",
        ),
        (
            "#[derive(DurableError)] #[error(status = 404)] enum E { #[error(status = 404, \"x\")] A }",
            "#[error(status = 404)]",
            "on its variants",
        ),
    ]);
}

#[test]
fn all_mistakes_at_once() {
    let found = errors(
        "#[durable_state(x)] struct Promise<T> { _a: usize, #[durable(index, json = 1, jsn)] b: &str, B: Log<Log<u8>>, \
         #[serde(skip)] c: u8 }",
    );
    let places: Vec<&str> = found.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(
        places,
        ["x", "Promise", "T", "_a", "usize", "index", "1", "jsn", "&str", "B", "Log<u8>", "#[serde(skip)]"]
    );
}
