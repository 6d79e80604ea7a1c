//! The attributes of durably: shells, nothing else. What an item means is decided in `durably-model`, what it becomes in
//! [`expand`], what happens at run time in `durably`.

#[cfg(test)]
#[path = "../../tests/expansion/expansion.rs"]
mod expansion;

mod expand;
mod faults;

use proc_macro::TokenStream;
use quote::quote;
use syn::{DeriveInput, Item, parse_macro_input};

/// A struct that is a Durable Object. Its plain fields are the columns of a one-row table, `Log` and `Map` fields are
/// tables of their own.
///
/// Fields take `#[durable(default)]`, `#[durable(default = expr)]` and `#[durable(json)]`.
#[proc_macro_attribute]
pub fn durable_state(attr: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as Item);
    attribute(
        item,
        |item| durably_model::State::from_item(attr.into(), item),
        |state| expand::state(&state),
        expand::failed_state,
    )
}

/// The methods of a Durable Object: `#[durable_rpc(authorize = …)] impl Conversation { … }`.
///
/// `&self` reads, `&mut self` writes in one transaction, `async fn(this: Handle<Self>)` may await, `#[rpc(create)]` makes
/// the object, `#[rpc(http = "POST /v1/things/{id}", status = 201)]` is a route too.
#[proc_macro_attribute]
pub fn durable_rpc(attr: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as Item);
    attribute(
        item,
        |item| durably_model::Rpc::from_item(attr.into(), item),
        |rpc| expand::rpc(&rpc),
        expand::failed_rpc,
    )
}

/// A route where no single object answers: `#[durable_route("GET /healthz", authorize = public)] async fn …`.
#[proc_macro_attribute]
pub fn durable_route(attr: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as Item);
    attribute(
        item,
        |item| durably_model::Route::from_item(attr.into(), item),
        |route| expand::route(&route),
        |_| quote!(),
    )
}

/// What operators change without a deploy: one JSON document in KV. Fields take `#[config(default = …, env = "NAME",
/// min = …, max = …)]` or `#[config(secret = "NAME")]`.
#[proc_macro_attribute]
pub fn kv_config(attr: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as Item);
    attribute(
        item,
        |item| durably_model::Config::from_item(attr.into(), item),
        |config| expand::config(&config),
        |_| quote!(),
    )
}

/// A value that is stored, passed and returned.
#[proc_macro_derive(Durable, attributes(durable))]
pub fn derive_durable(item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as DeriveInput);
    let failed = plain(&item);
    derive(
        durably_model::Durable::parse(item),
        |durable| expand::durable(&durable),
        || failed.as_ref().map(expand::failed_durable),
    )
}

/// An error that crosses the wire with a stable code: each variant has `#[error(status = 409, "message with {field}")]`.
#[proc_macro_derive(DurableError, attributes(error, durable))]
pub fn derive_durable_error(item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as DeriveInput);
    let failed = plain(&item);
    derive(
        durably_model::DurableError::parse(item),
        |error| expand::error(&error),
        || failed.as_ref().map(expand::failed_error),
    )
}

/// The Worker's `fetch`: `#[event(fetch)] async fn fetch(req: Request, env: Env, cx: worker::Context) -> worker::Result<Response>`.
#[proc_macro_attribute]
pub fn event(attr: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as syn::ItemFn);
    expand::event(&attr.into(), &item).into()
}

/// What the build script found: at the root of the crate, once.
#[proc_macro]
pub fn bindings(input: TokenStream) -> TokenStream {
    expand::bindings(&input.into()).into()
}

/// The item with its expansion; on mistakes the item as it is, with all of them.
fn attribute<M>(
    item: Item,
    parse: impl FnOnce(Item) -> syn::Result<M>,
    expand: impl FnOnce(M) -> proc_macro2::TokenStream,
    minimal: impl FnOnce(&Item) -> proc_macro2::TokenStream,
) -> TokenStream {
    match parse(item.clone()) {
        Ok(model) => expand(model).into(),
        Err(errors) => {
            let (errors, item) = (errors.into_compile_error(), durably_model::strip(item));
            let minimal = if faults::build_script_ran() { minimal(&item) } else { quote!() };
            quote!(#errors #item #minimal).into()
        }
    }
}

/// The type's name, unless it is generic: then a minimal impl would be a second mistake.
fn plain(item: &DeriveInput) -> Option<syn::Ident> {
    item.generics.params.is_empty().then(|| item.ident.clone())
}

fn derive<M>(
    model: syn::Result<M>,
    expand: impl FnOnce(M) -> proc_macro2::TokenStream,
    minimal: impl FnOnce() -> Option<proc_macro2::TokenStream>,
) -> TokenStream {
    match model {
        Ok(model) => expand(model).into(),
        Err(errors) => {
            let (errors, minimal) = (errors.into_compile_error(), minimal());
            quote!(#errors #minimal).into()
        }
    }
}
