//! The two readers agree, or nothing compiles.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned as _;

/// The types of an item in the order of the source, as `docs/formats.md` lists them.
#[derive(Default)]
pub(super) struct Types {
    list: Vec<(String, TokenStream, Span)>,
}

impl Types {
    /// A value's type.
    pub(super) fn add(&mut self, what: impl std::fmt::Display, ty: &syn::Type) {
        self.list.push((what.to_string(), quote!(<#ty as __d::Durable>::TYPE), ty.span()));
    }

    /// A field of `#[durable(json)]`: its type is not compared, and has no number.
    pub(super) fn add_json(&mut self, what: impl std::fmt::Display) {
        self.list.push((what.to_string(), quote!(__d::json_column::DECL), Span::call_site()));
    }

    /// A type that is no value: a state, a collection, an error.
    pub(super) fn add_path(&mut self, what: impl std::fmt::Display, path: &impl ToTokens, span: Span) {
        self.list.push((what.to_string(), quote!(<#path as __d::Declared>::DECL), span));
    }
}

/// `__DECL`, `__Fp` and the comparison of every type.
pub(super) fn agreement(own: u64, item: Span, types: &Types) -> TokenStream {
    let checks = types.list.iter().enumerate().map(|(place, (what, decl, span))| {
        let message = format!(
            "durably: the build script found another type for {what} than rustc: write its path (`crate::…::Type`) there"
        );
        quote_spanned! {*span=>
            const _: () = ::core::assert!(__d::same(__FIELDS, #place, #decl), #message);
        }
    });
    let count = types.list.len();
    let fields = quote_spanned! {item=> <crate::__Durably as __d::Named<__Fp>>::FIELDS };
    quote! {
        const __DECL: u64 = __d::item(::core::module_path!(), #own);
        type __Fp = __d::Fp<{ __DECL }>;
        const __FIELDS: &[u64] = #fields;
        const _: () = ::core::assert!(__FIELDS.len() == #count, "durably: the build script found another number of types here; build again");
        #(#checks)*
    }
}
