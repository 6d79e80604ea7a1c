//! The least that keeps one mistake from making many messages.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::scope;

/// A state whose attributes are wrong.
pub(super) fn failed_state(item: &syn::Item) -> TokenStream {
    let syn::Item::Struct(syn::ItemStruct { ident, generics, .. }) = item else { return quote!() };
    if !generics.params.is_empty() {
        return quote!();
    }
    scope(&quote! {
        impl __d::Declared for #ident { const DECL: u64 = 0; }
        impl __d::State for #ident {
            const CLASS: &'static str = "";
            const BINDING: &'static str = "";
            const COLUMNS: &'static [__d::Column] = &[];
            const TABLES: &'static [__d::Table] = &[];
            const WITHOUT_INITIAL: ::core::option::Option<&'static str> = ::core::option::Option::None;
            fn encode(&self, _: &mut __d::RowWriter) -> ::core::result::Result<(), ::durably::Error> { ::core::unreachable!() }
            fn decode(_: &mut __d::RowReader, _: &__d::Store) -> ::core::result::Result<Self, ::durably::Error> { ::core::unreachable!() }
            fn initial(_: &__d::Store) -> ::core::option::Option<Self> { ::core::unreachable!() }
            fn collections(&mut self, _: &mut __d::Visit<'_>) -> ::core::result::Result<(), ::durably::Error> { ::core::unreachable!() }
        }
    })
}

/// A block whose attributes or signatures are wrong.
pub(super) fn failed_rpc(item: &syn::Item) -> TokenStream {
    let syn::Item::Impl(syn::ItemImpl { self_ty, generics, .. }) = item else { return quote!() };
    if !generics.params.is_empty() {
        return quote!();
    }
    scope(&quote! {
        impl __d::Service for #self_ty {
            const METHODS: &'static [__d::Method<Self>] = &[];
            const HAS_CREATE: bool = true;
            const TAKES_CX: bool = false;
            fn configs() -> ::std::vec::Vec<__d::ConfigEntry> { ::core::unreachable!() }
            fn dispatch(_: __d::Call<'_, Self>) -> __d::Reply { ::core::unreachable!() }
        }
    })
}

/// A value whose attributes are wrong.
pub(super) fn failed_durable(ident: &Ident) -> TokenStream {
    scope(&quote! {
        impl __d::Declared for #ident { const DECL: u64 = 0; }
        impl __d::Durable for #ident {
            const CAN: __d::Capabilities = __d::contract::STRUCT;
            fn encode(&self, _: &mut __d::Json) { ::core::unreachable!() }
            fn decode(_: __d::Value, _: &mut __d::Decoder) -> ::core::option::Option<Self> { ::core::unreachable!() }
        }
    })
}

/// An error whose attributes are wrong.
pub(super) fn failed_error(ident: &Ident) -> TokenStream {
    scope(&quote! {
        impl __d::Declared for #ident { const DECL: u64 = 0; }
        impl __d::DurableError for #ident {
            fn code(&self) -> &'static str { ::core::unreachable!() }
            fn status(&self) -> u16 { ::core::unreachable!() }
            fn message(&self) -> ::std::string::String { ::core::unreachable!() }
            fn encode(&self, _: &mut __d::Json) { ::core::unreachable!() }
            fn decode(_: &str, _: __d::Value, _: &mut __d::Decoder) -> ::core::option::Option<Self> { ::core::unreachable!() }
        }
    })
}
