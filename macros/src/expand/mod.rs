//! Lowering to Rust: constants, types, and calls into `durably::__private`.
//!
//! | generated name | what it is |
//! |---|---|
//! | `crate::__Durably` | the type that the build script's output and the macros' meet at |
//! | `__d` | `durably::__private`, inside `const _` |
//! | `__DECL`, `__Fp` | an item's number, and the number as a type |
//! | `__FIELDS` | the numbers of the types that the build script resolved |
//! | `<State>Client` | the typed client |

mod agreement;
mod bindings;
mod config;
mod durable;
mod enums;
mod error;
mod event;
mod guard;
mod minimal;
mod route;
mod rpc;
mod service;
mod state;

pub(crate) use bindings::bindings;

use durably_model::{Annotation, Initial, Model};
use proc_macro2::TokenStream;
use quote::quote;
use syn::Item;

use crate::faults;

/// What an annotation makes of an item: its expansion, or the item as it is with every mistake.
pub(crate) fn annotated(annotation: Annotation, arguments: TokenStream, item: &TokenStream) -> TokenStream {
    guard::guarded(is_derive(annotation), item, |item| expand(annotation, arguments, item))
}

/// `#[event(…)]`.
pub(crate) fn event(arguments: &TokenStream, item: &TokenStream) -> TokenStream {
    guard::guarded(false, item, |item| match syn::parse2(item) {
        Ok(item) => event::event(arguments, &item),
        Err(error) => error.into_compile_error(),
    })
}

fn expand(annotation: Annotation, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let item: Item = match syn::parse2(item) {
        Ok(item) => item,
        Err(error) => return error.into_compile_error(),
    };
    let faults = match Model::of(annotation, arguments, item.clone()) {
        Err(mistakes) => mistakes.into_compile_error(),
        Ok(model) => match faults::of_item(&model) {
            none if none.is_empty() => return lower(&model),
            faults => faults,
        },
    };
    let item = durably_model::strip(item);
    let minimal = minimal(annotation, &item);
    if is_derive(annotation) { quote!(#faults #minimal) } else { quote!(#faults #item #minimal) }
}

/// A derive's item stands beside what it makes; an attribute gives it back.
fn is_derive(annotation: Annotation) -> bool {
    match annotation {
        Annotation::Durable | Annotation::Error => true,
        Annotation::State | Annotation::Rpc | Annotation::Config | Annotation::Route => false,
    }
}

/// The expansion of a checked item.
pub(crate) fn lower(model: &Model) -> TokenStream {
    let agreement = agreement::agreement(model);
    match model {
        Model::State(model) => state::state(model, &agreement),
        Model::Rpc(model) => rpc::rpc(model, &agreement),
        Model::Config(model) => config::config(model, &agreement),
        Model::Route(model) => route::route(model, &agreement),
        Model::Durable(model) => durable::durable(model, &agreement),
        Model::Error(model) => error::error(model, &agreement),
    }
}

/// The least that keeps one mistake from making many messages. Without a build script nothing could name the states.
fn minimal(annotation: Annotation, item: &Item) -> TokenStream {
    match annotation {
        Annotation::State if faults::build_script_ran() => minimal::failed_state(item),
        Annotation::Rpc if faults::build_script_ran() => minimal::failed_rpc(item),
        Annotation::State | Annotation::Rpc | Annotation::Config | Annotation::Route => TokenStream::new(),
        Annotation::Durable => plain(item).map(minimal::failed_durable).unwrap_or_default(),
        Annotation::Error => plain(item).map(minimal::failed_error).unwrap_or_default(),
    }
}

/// The type's name, unless it is generic: then a minimal impl would be a second mistake.
fn plain(item: &Item) -> Option<&syn::Ident> {
    let (ident, generics) = match item {
        Item::Struct(item) => (&item.ident, &item.generics),
        Item::Enum(item) => (&item.ident, &item.generics),
        Item::Union(item) => (&item.ident, &item.generics),
        _ => return None, // no derive goes there
    };
    generics.params.is_empty().then_some(ident)
}

/// Everything generated stands in a scope of its own.
fn scope(body: &TokenStream) -> TokenStream {
    quote! {
        #[automatically_derived]
        #[allow(clippy::all, clippy::pedantic, missing_docs, private_interfaces, private_bounds, unreachable_pub, unused_variables, unused_mut)]
        const _: () = {
            use ::durably::__private as __d;
            #body
        };
    }
}

/// The value where nothing is stored, as an `Option`.
fn initial(ty: &syn::Type, initial: &Initial) -> TokenStream {
    match initial {
        Initial::OfType => quote!(<#ty as __d::Durable>::initial()),
        Initial::OfTrait(_) => quote!(::core::option::Option::Some(<#ty as ::core::default::Default>::default())),
        // A text literal becomes whatever owned type the field has.
        Initial::Expr(expr) if syn::parse2::<syn::LitStr>(expr.clone()).is_ok() => {
            quote!(::core::option::Option::Some(<#ty as ::core::convert::From<&str>>::from(#expr)))
        }
        Initial::Expr(expr) => quote!(::core::option::Option::Some(#expr)),
    }
}

/// The column of a field.
fn column(name: &str, ty: &syn::Type) -> TokenStream {
    // Asked of the trait itself, so that a type which is not Durable is one message.
    quote! {
        __d::Column { name: #name, kind: <#ty as __d::Durable>::KIND, nullable: <#ty as __d::Durable>::NULLABLE }
    }
}
