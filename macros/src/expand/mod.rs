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
mod minimal;
mod route;
mod rpc;
mod service;
mod state;

pub(crate) use bindings::bindings;
pub(crate) use config::config;
pub(crate) use durable::durable;
pub(crate) use error::error;
pub(crate) use event::event;
pub(crate) use minimal::{failed_durable, failed_error, failed_rpc, failed_state};
pub(crate) use route::route;
pub(crate) use rpc::rpc;
pub(crate) use state::state;

use durably_model::Default;
use proc_macro2::TokenStream;
use quote::quote;

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
fn initial(ty: &syn::Type, default: &Default) -> TokenStream {
    match default {
        Default::Type => quote!(<#ty as __d::Durable>::initial()),
        Default::Trait(_) => quote!(::core::option::Option::Some(<#ty as ::core::default::Default>::default())),
        // A text literal becomes whatever owned type the field has.
        Default::Expr(expr) if syn::parse2::<syn::LitStr>(expr.clone()).is_ok() => {
            quote!(::core::option::Option::Some(<#ty as ::core::convert::From<&str>>::from(#expr)))
        }
        Default::Expr(expr) => quote!(::core::option::Option::Some(#expr)),
    }
}

/// The column of a field.
fn column(name: &str, ty: &syn::Type) -> TokenStream {
    // Asked of the trait itself, so that a type which is not Durable is one message.
    quote! {
        __d::Column { name: #name, kind: <#ty as __d::Durable>::KIND, nullable: <#ty as __d::Durable>::NULLABLE }
    }
}
