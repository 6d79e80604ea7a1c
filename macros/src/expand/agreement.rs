//! The two readers agree, or nothing compiles.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned as _;

/// The types of an item in the order of the source, as `docs/formats.md` lists them.
#[derive(Default)]
pub(super) struct Types {
    list: Vec<(String, TokenStream, Span)>,
    /// What the place of a type asks of it.
    places: Vec<TokenStream>,
}

impl Types {
    /// The type of a value that is stored or sent.
    pub(super) fn add(&mut self, what: impl std::fmt::Display, ty: &syn::Type) {
        self.demand("AS_VALUE", ty);
        self.compare(what, ty);
    }

    /// The type of a setting, which may be a secret.
    pub(super) fn add_setting(&mut self, what: impl std::fmt::Display, ty: &syn::Type) {
        self.demand("AS_SETTING", ty);
        self.compare(what, ty);
    }

    /// The type of a collection's key.
    pub(super) fn demand_key(&mut self, ty: &syn::Type) {
        self.demand("AS_KEY", ty);
    }

    /// The type of a collection's item.
    pub(super) fn demand_item(&mut self, ty: &syn::Type) {
        self.demand("AS_VALUE", ty);
    }

    fn demand(&mut self, place: &str, ty: &syn::Type) {
        let demand = syn::Ident::new(place, ty.span());
        self.places.push(quote_spanned! {ty.span()=>
            const _: () = if let ::core::option::Option::Some(why) = <#ty as __d::Durable>::#demand { ::core::panic!("{}", why) };
        });
    }

    fn compare(&mut self, what: impl std::fmt::Display, ty: &syn::Type) {
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
    let (count, places) = (types.list.len(), &types.places);
    let fields = quote_spanned! {item=> <crate::__Durably as __d::Named<__Fp>>::FIELDS };
    quote! {
        const __DECL: u64 = __d::item(::core::module_path!(), #own);
        type __Fp = __d::Fp<{ __DECL }>;
        const __FIELDS: &[u64] = #fields;
        const _: () = ::core::assert!(__FIELDS.len() == #count, "durably: the build script found another number of types here; build again");
        #(#checks)*
        #(#places)*
    }
}
