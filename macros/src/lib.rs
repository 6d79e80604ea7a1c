//! The attributes of durably: shells, nothing else. What an item means is decided in `durably-model`, what it becomes in
//! [`expand`], what happens at run time in `durably`.

#[cfg(test)]
#[path = "../../tests/expansion/expansion.rs"]
mod expansion;

mod expand;
mod faults;

use durably_model::Annotation;
use proc_macro::TokenStream;

/// A struct that is a Durable Object. Its plain fields are the columns of a one-row table, `Log` and `Map` fields are
/// tables of their own.
///
/// Fields take `#[durable(default)]`, `#[durable(default = expr)]` and `#[durable(json)]`.
#[proc_macro_attribute]
pub fn durable_state(attr: TokenStream, item: TokenStream) -> TokenStream {
    expand::annotated(Annotation::State, attr.into(), &item.into()).into()
}

/// The methods of a Durable Object: `#[durable_rpc(authorize = …)] impl Conversation { … }`.
///
/// `&self` reads, `&mut self` writes in one transaction, `async fn(this: Handle<Self>)` may await, `#[rpc(create)]` makes
/// the object, `#[rpc(http = "POST /v1/things/{id}", status = 201, authorize = …)]` is a route too.
#[proc_macro_attribute]
pub fn durable_rpc(attr: TokenStream, item: TokenStream) -> TokenStream {
    expand::annotated(Annotation::Rpc, attr.into(), &item.into()).into()
}

/// A route where no single object answers: `#[durable_route("GET /healthz", authorize = public, status = 200)] async fn …`.
#[proc_macro_attribute]
pub fn durable_route(attr: TokenStream, item: TokenStream) -> TokenStream {
    expand::annotated(Annotation::Route, attr.into(), &item.into()).into()
}

/// What operators change without a deploy: one JSON document in KV. Fields take `#[config(default = …, env = "NAME",
/// min = …, max = …)]` or `#[config(secret = "NAME")]`.
#[proc_macro_attribute]
pub fn kv_config(attr: TokenStream, item: TokenStream) -> TokenStream {
    expand::annotated(Annotation::Config, attr.into(), &item.into()).into()
}

/// A value that is stored, passed and returned. `#[durable(default)]` on the type makes `Default::default()` its initial
/// value; fields take `#[durable(default)]`, `#[durable(default = expr)]` and `#[durable(json)]`.
#[proc_macro_derive(Durable, attributes(durable))]
pub fn derive_durable(item: TokenStream) -> TokenStream {
    expand::annotated(Annotation::Durable, TokenStream::new().into(), &item.into()).into()
}

/// An error that crosses the wire with a stable code: each variant has `#[error(status = 409, "message with {field}")]`.
#[proc_macro_derive(DurableError, attributes(error, durable))]
pub fn derive_durable_error(item: TokenStream) -> TokenStream {
    expand::annotated(Annotation::Error, TokenStream::new().into(), &item.into()).into()
}

/// The Worker's `fetch`: `#[event(fetch)] async fn fetch(req: Request, env: Env, cx: worker::Context) -> worker::Result<Response>`.
#[proc_macro_attribute]
pub fn event(attr: TokenStream, item: TokenStream) -> TokenStream {
    expand::event(&attr.into(), &item.into()).into()
}

/// What the build script found: at the root of the crate, once.
#[proc_macro]
pub fn bindings(input: TokenStream) -> TokenStream {
    expand::bindings(&input.into()).into()
}

#[cfg(test)]
mod tests {
    use durably_model::keys::{ALL, Keys};

    /// Users see these comments; each key stands in that of its macro.
    #[test]
    fn every_key_is_documented() {
        let source = include_str!("lib.rs");
        for Keys { attribute, keys } in ALL {
            let shown = format!("#[{attribute}(");
            let text: String = source.lines().filter(|line| line.starts_with("///")).collect();
            for key in keys {
                let mut uses = text.split(&shown).skip(1).filter_map(|rest| rest.split(")]").next());
                assert!(uses.any(|list| list.contains(key)), "no comment shows `{key}` in `{shown}…)]`");
            }
        }
    }
}
