//! The code of the design document, and what is easily refused by mistake.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::float_cmp)]

mod common;

use common::{Model, errors, scan};
use durably_model::{
    Authorize, DurableBody, FieldKind, Fields, HttpMethod, Initial, MessagePart, MethodKind, Passing, Source,
};
use quote::ToTokens;

fn shown(tokens: impl ToTokens) -> String {
    tokens.to_token_stream().to_string().replace(' ', "")
}

#[test]
fn a_state() {
    let Ok(Model::State(state)) = scan(
        "/// A conversation.\n///\n///  With care.\n#[durable_state]\n#[derive(Debug)]\npub struct Conversation {\n\
         /// Whose.\nowner: UserId, #[durable(default = Status::Open)] status: Status, r#type: Option<String>,\n\
         turns: Log<Turn>, artifacts: durably::Map<String, Artifact>, #[durable(json, default)] blob: serde_json::Value,\n\
         #[allow(dead_code)] board: crate::game::Map, cells: Vec<Cell>, grid: [[u8; 8]; 8], }",
    ) else {
        panic!("refused")
    };
    assert_eq!(state.ident, "Conversation");
    assert_eq!(state.doc, "A conversation.\n\n With care.");
    let names: Vec<&str> = state.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["owner", "status", "type", "turns", "artifacts", "blob", "board", "cells", "grid"]);
    assert_eq!(state.fields[0].doc, "Whose.");
    assert!(matches!(&state.fields[1].initial, Initial::Expr(tokens) if shown(tokens) == "Status::Open"));
    assert!(matches!(&state.fields[3].kind, FieldKind::Log { item } if shown(item) == "Turn"));
    assert!(matches!(&state.fields[4].kind, FieldKind::Map { key, value }
        if shown(key) == "String" && shown(value) == "Artifact"));
    assert!(matches!((&state.fields[5].kind, &state.fields[5].initial), (FieldKind::Json, Initial::OfTrait(_))));
    assert!(matches!(state.fields[6].kind, FieldKind::Column));
    let item = shown(&state.item);
    assert!(!item.contains("durable("), "{item}");
    assert!(item.contains("#[allow(dead_code)]") && item.contains("#[derive(Debug)]"), "{item}");
}

#[test]
fn a_block_of_methods() {
    let Ok(Model::Rpc(rpc)) = scan(
        "#[durable_rpc(authorize = (auth::caller, Conversation::may))]\nimpl Conversation {\n\
         const LIMIT: u32 = 3;\n\
         #[rpc(create)] fn open(cx: &Cx, owner: UserId, title: String) -> Result<Self, ChatError> { todo!() }\n\
         /// Appends.\n#[rpc(http = \"POST /v1/conversations/{id}/turns\", status = 201)]\n\
         pub fn append(&mut self, cx: &Cx, mut turn: NewTurn) -> Result<Appended, ChatError> { todo!() }\n\
         #[rpc(http = \"GET /v1/conversations/{id}/turns/{seq}\", authorize = public)]\n\
         fn turn(&self, seq: Seq, text: &str, raw: &[u8]) -> Option<Turn> { None }\n\
         pub async fn ask(this: Handle<Self>, prompt: String) -> durably::Result<Turn> { todo!() }\n\
         #[rpc] fn touch(&mut self) {}\n\
         fn helper<'a>(&self, a: &'a usize) -> impl Iterator<Item = &'a usize> { todo!() }\n\
         pub(crate) fn shared(self) -> usize { 3 }\n\
         async fn inner(&self) {}\n}",
    ) else {
        panic!("refused")
    };
    let names: Vec<&str> = rpc.methods.iter().map(|method| method.name.as_str()).collect();
    assert_eq!(names, ["open", "append", "turn", "ask", "touch"]);
    let [open, append, turn, ask, touch] = rpc.methods.as_slice() else { panic!("not five") };
    assert_eq!((open.kind, open.public, open.takes_cx, open.args.len()), (MethodKind::Create, false, true, 2));
    assert_eq!((shown(&open.output.ty).as_str(), open.output.fallible), ("Self", true));
    assert_eq!((append.kind, append.public, append.doc.as_str()), (MethodKind::Write, true, "Appends."));
    let http = append.http.as_ref().unwrap();
    assert_eq!((http.method, http.status), (HttpMethod::Post, Some(201)));
    assert_eq!(http.pattern(), "/v1/conversations/{id}/turns");
    assert_eq!((turn.kind, turn.public, turn.takes_cx), (MethodKind::Read, false, false));
    assert!(matches!(turn.authorize, Some(Authorize::Public)));
    let args: Vec<(String, Passing)> = turn.args.iter().map(|arg| (shown(&arg.ty), arg.passing)).collect();
    assert_eq!(
        args,
        [
            ("Seq".to_owned(), Passing::Value),
            ("String".to_owned(), Passing::Borrowed),
            ("Vec<u8>".to_owned(), Passing::Borrowed)
        ]
    );
    assert_eq!((ask.kind, ask.takes_cx, ask.args.len()), (MethodKind::Async, false, 1));
    assert!(ask.output.fallible && ask.output.error.is_none());
    assert_eq!((touch.kind, shown(&touch.output.ty).as_str()), (MethodKind::Write, "()"));
    assert!(
        matches!(&rpc.authorize, Some(Authorize::By { object: Some(path), .. }) if shown(path) == "Conversation::may")
    );
    let item = shown(&rpc.item);
    assert!(!item.contains("#[rpc") && item.contains("shared"), "{item}");
}

#[test]
fn a_configuration() {
    let Ok(Model::Config(config)) = scan(
        "#[kv_config] pub struct AppConfig {\n\
         #[config(default = \"gemini-3.8-live\", env = \"MODEL\", max = 15)] pub model: String,\n\
         #[config(default = 30, min = 1, max = 1440)] pub minutes: u32,\n\
         #[config(default = -5, min = -5)] low: i64, #[config(min = 0.5)] share: Option<f64>, #[config(max = 3)] plain: Vec<Mode>,\n\
         #[config(default = LIMIT)] named: u32, #[config(default = 18446744073709551615)] big: u64,\n\
         #[config(secret = \"GEMINI_API_KEY\")] pub key: Option<Secret<String>> }",
    ) else {
        panic!("refused")
    };
    assert!(
        matches!(&config.fields[0].source, Source::Document { default: Some(_), env: Some(env), max: Some(max), .. }
        if env == "MODEL" && max.value == 15.0)
    );
    assert!(matches!(&config.fields[2].source, Source::Document { min: Some(min), .. }
        if min.value == -5.0 && shown(&min.tokens) == "-5"));
    assert!(matches!(&config.fields[3].source, Source::Document { optional: true, .. }));
    assert!(matches!(&config.fields[7].source, Source::Secret { name, optional: true } if name == "GEMINI_API_KEY"));
}

#[test]
fn durable_types() {
    let body = |source: &str| match scan(source) {
        Ok(Model::Durable(durable)) => durable.body,
        other => panic!("{other:?}"),
    };
    assert!(matches!(body("#[derive(Clone, Durable)] struct A { #[durable(default = 3)] a: u32, b: Option<Box<A>> }"),
        DurableBody::Struct(fields) if matches!(fields[0].initial, Initial::Expr(_))));
    assert!(matches!(body("#[derive(Durable)] pub struct UserId(String);"), DurableBody::Newtype(_)));
    assert!(matches!(body("#[derive(Durable)] struct P(i32, i32);"), DurableBody::Tuple(types) if types.len() == 2));
    assert!(matches!(body("#[derive(Durable)] struct U;"), DurableBody::Unit));
    assert!(matches!(body("#[derive(Durable)] enum R { User, ToolCall = 5 }"),
        DurableBody::UnitEnum(variants) if variants[1].name == "tool_call"));
    assert!(matches!(body("#[derive(Durable)] enum E { A, B(u8), C { d: u8 } }"),
        DurableBody::Enum(variants) if matches!(variants[2].fields, Fields::Named(_))));
}

#[test]
fn an_error() {
    let Ok(Model::Error(error)) = scan(
        "#[derive(Debug, DurableError)] pub enum ChatError {\n\
         #[error(status = 409, \"the conversation is closed\")] Closed,\n\
         #[error(\"{len} of {max}\", status = 422)] TooLong { len: u32, max: u32 },\n\
         #[error(status = 500, \"{0}\")] Inner(String) }",
    ) else {
        panic!("refused")
    };
    assert_eq!((error.variants[1].variant.name.as_str(), error.variants[1].status), ("too_long", 422));
    assert_eq!(error.variants[1].message[2], MessagePart::Field("max".to_owned()));
    assert_eq!(error.variants[2].message, [MessagePart::Field("0".to_owned())]);
}

#[test]
fn a_route() {
    let Ok(Model::Route(route)) = scan(
        "#[durable_route(\"GET /healthz\", authorize = public, status = 202)]\n\
         pub async fn health(cx: &RouteCx, page: Option<u32>) -> Result<Health, Refusal> { todo!() }",
    ) else {
        panic!("refused")
    };
    assert_eq!((route.http.pattern().as_str(), route.http.status, route.takes_cx), ("/healthz", Some(202), true));
    assert_eq!(route.args.len(), 1);
    assert_eq!(errors("#[durable_route(\"GET /\", authorize = public)] async fn root() {}"), []);
}
