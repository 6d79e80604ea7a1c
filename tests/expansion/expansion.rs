//! What the attributes generate, formatted, as snapshots: each should read like code that somebody wrote. To bless a
//! change: `INSTA_UPDATE=always cargo test -p durably-macros`, and read the difference.

use durably_model::{Annotation, Model};
use proc_macro2::TokenStream;
use syn::{Item, parse_quote};

use crate::expand;

fn pretty(tokens: TokenStream) -> String {
    match syn::parse2(tokens) {
        Ok(file) => prettyplease::unparse(&file),
        Err(error) => panic!("the expansion is no Rust: {error}"),
    }
}

fn snapshot(name: &str, expansion: syn::Result<TokenStream>) {
    let expansion = expansion.unwrap_or_else(|error| panic!("{error}"));
    insta::with_settings!({ snapshot_path => "../../tests/expansion/snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, pretty(expansion));
    });
}

/// What an annotation with these arguments makes of an item.
fn expansion(annotation: Annotation, arguments: &str, item: Item) -> syn::Result<TokenStream> {
    Model::of(annotation, arguments.parse()?, item).map(|model| expand::lower(&model))
}

fn state(item: Item) -> syn::Result<TokenStream> {
    expansion(Annotation::State, "", item)
}

fn durable(item: Item) -> syn::Result<TokenStream> {
    expansion(Annotation::Durable, "", item)
}

#[test]
fn counter() {
    snapshot("state_counter", state(parse_quote! { pub struct Counter { count: i64 } }));
    let block = parse_quote! {
        impl Counter {
            pub fn increment(&mut self) -> i64 { self.count += 1; self.count }
        }
    };
    snapshot("rpc_counter", expansion(Annotation::Rpc, "", block));
}

#[test]
fn state_with_collections() {
    snapshot(
        "state_conversation",
        state(parse_quote! {
            pub struct Conversation {
                owner: UserId,
                #[durable(default = Status::Open)]
                status: Status,
                #[durable(json)]
                extra: serde_json::Value,
                turns: Log<Turn>,
                artifacts: Map<String, Artifact>,
            }
        }),
    );
}

#[test]
fn rpc_of_every_kind() {
    let block = parse_quote! {
        impl Conversation {
            #[rpc(create)]
            fn open(cx: &Cx, owner: UserId) -> Result<Self, ChatError> { unimplemented!() }
            #[rpc(http = "POST /v1/conversations/{id}/turns", status = 201)]
            pub fn append(&mut self, cx: &Cx, turn: NewTurn) -> Result<Appended, ChatError> { unimplemented!() }
            pub fn find(&self, text: &str) -> Option<Seq> { unimplemented!() }
            pub async fn ask(this: Handle<Self>, prompt: String) -> Result<Turn, ChatError> { unimplemented!() }
        }
    };
    let arguments = "authorize = (auth::signed_in, Conversation::may)";
    snapshot("rpc_conversation", expansion(Annotation::Rpc, arguments, block));
}

#[test]
fn durable_values() {
    snapshot("durable_struct", durable(parse_quote! { pub struct Turn { pub role: Role, pub text: String } }));
    snapshot("durable_newtype", durable(parse_quote! { pub struct UserId(String); }));
    snapshot("durable_unit_enum", durable(parse_quote! { pub enum Role { User, ToolCall } }));
    snapshot(
        "durable_enum",
        durable(parse_quote! { pub enum Part { Nothing, Text(String), Image { url: String, alt: Option<String> } } }),
    );
}

#[test]
fn error() {
    let item = parse_quote! {
        pub enum ChatError {
            #[error(status = 409, "the conversation is closed")]
            Closed,
            #[error(status = 422, "text has {len} characters, at most {max} are allowed")]
            TooLong { len: u32, max: u32 },
        }
    };
    snapshot("error", expansion(Annotation::Error, "", item));
}

#[test]
fn config() {
    let item = parse_quote! {
        pub struct AppConfig {
            #[config(default = "gemini-3.8-live", env = "MODEL")]
            pub model: String,
            #[config(default = 30, min = 1, max = 1440)]
            pub session_minutes: u32,
            #[config(secret = "GEMINI_API_KEY")]
            pub api_key: Option<Secret<String>>,
        }
    };
    snapshot("config", expansion(Annotation::Config, "", item));
}

#[test]
fn route() {
    let item = parse_quote! {
        async fn list(cx: &RouteCx, after: Option<Uuid>, limit: Limit) -> Result<Page> { unimplemented!() }
    };
    let arguments = "\"GET /v1/conversations\", authorize = auth::signed_in";
    snapshot("route", expansion(Annotation::Route, arguments, item));
}
