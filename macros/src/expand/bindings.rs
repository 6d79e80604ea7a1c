//! `durably::bindings!()`.

use proc_macro2::{Span, TokenStream};
use quote::quote;

use crate::faults;

/// Includes what the build script wrote, and raises its faults that belong to no item.
pub(crate) fn bindings(input: &TokenStream) -> TokenStream {
    let error = |message: &str| syn::Error::new(Span::call_site(), message).into_compile_error();
    if !input.is_empty() {
        return syn::Error::new_spanned(input, "`durably::bindings!()` takes no arguments").into_compile_error();
    }
    if !faults::build_script_ran() {
        return error(
            "the build script did not run: add `durably-build` to [build-dependencies] and a `build.rs` with `fn main() { durably_build::generate() }`",
        );
    }
    let faults = faults::of_crate();
    let faults = faults.iter().map(|message| error(message));
    quote! {
        #(#faults)*
        ::core::include!(::core::concat!(::core::env!("OUT_DIR"), "/durably/bindings.rs"));
    }
}
