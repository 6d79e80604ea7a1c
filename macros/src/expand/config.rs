//! `#[kv_config]`: where each setting comes from, and the document.

use durably_contract::names;
use durably_model::{Bound, Config, ConfigField, Source, bare};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::scope;

/// A configuration: where each setting comes from, and the document's form.
pub(super) fn config(config: &Config, agreement: &TokenStream) -> TokenStream {
    let Config { ident, fields, item, .. } = config;
    let key = names::config_key(&bare(ident));
    let is_secret = |field: &&ConfigField| matches!(field.source, Source::Secret { .. });
    let settings = fields.iter().filter(|field| !is_secret(field)).map(|field| &field.name);
    let secrets = fields.iter().filter(is_secret).map(|field| &field.name);
    let variables: Vec<_> = (0..fields.len()).map(|place| format_ident!("__setting{place}")).collect();
    let types = fields.iter().map(|field| &field.ty);
    let reads = fields.iter().map(read);
    let idents = fields.iter().map(|field| &field.ident);
    let members = fields.iter().map(|ConfigField { ident, name, .. }| quote!(object.field(#name, &self.#ident);));
    let body = scope(&quote! {
        #agreement
        impl __d::Declared for #ident {
            const DECL: u64 = __DECL;
        }
        impl __d::Config for #ident {
            const NAME: &'static str = <crate::__Durably as __d::Bound<__Fp>>::CLASS;
            const BINDING: &'static str = <crate::__Durably as __d::Bound<__Fp>>::BINDING;
            const KEY: &'static str = #key;
            const SETTINGS: &'static [&'static str] = &[#(#settings),*];
            const SECRETS: &'static [&'static str] = &[#(#secrets),*];
            fn read(reader: &mut __d::Reader<'_>) -> ::core::option::Option<Self> {
                #(let #variables: ::core::option::Option<#types> = #reads;)*
                ::core::option::Option::Some(Self { #(#idents: #variables?),* })
            }
            fn encode(&self, json: &mut __d::Json) {
                json.object(|object| { #(#members)* });
            }
        }
        impl __d::Durable for #ident {
            const CAN: __d::Capabilities = __d::contract::STRUCT;
            const IS_STRUCT: bool = true;
            fn encode(&self, json: &mut __d::Json) { <Self as __d::Config>::encode(self, json); }
            fn decode(_: __d::Value, decoder: &mut __d::Decoder) -> ::core::option::Option<Self> {
                decoder.fail("a configuration is loaded from its store, never sent")
            }
        }
        impl __d::Configured<__Fp> for crate::__Durably {
            fn entry() -> __d::ConfigEntry { __d::ConfigEntry::of::<#ident>() }
        }
    });
    quote! {
        #item
        #[automatically_derived]
        #[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic)]
        impl #ident {
            /// The configuration: this isolate's copy if it is younger than a minute, else from KV. A bad stored document
            /// never replaces the last good one.
            ///
            /// # Errors
            /// The document is bad, or KV does not answer, and there is no last good one.
            pub async fn load(env: &::durably::Env) -> ::core::result::Result<::std::rc::Rc<Self>, ::durably::Error> {
                ::durably::__private::current(env).await
            }
            /// Applies a JSON merge patch to the stored document, checked as a whole. KV has no compare-and-set: of two
            /// updates at the same time the later wins.
            ///
            /// # Errors
            /// `BadArguments` names each bad setting; nothing is stored then.
            pub async fn update(env: &::durably::Env, patch: ::durably::MergePatch) -> ::core::result::Result<::std::rc::Rc<Self>, ::durably::Error> {
                ::durably::__private::change(env, patch.into_value()).await
            }
        }
        #body
    }
}

fn read(field: &ConfigField) -> TokenStream {
    let ConfigField { name, ty, source, .. } = field;
    match source {
        Source::Secret { name: secret, optional: false } => quote!(reader.secret(#name, #secret)),
        Source::Secret { name: secret, optional: true } => quote!(reader.optional_secret(#secret)),
        Source::Document { default, env, min, max, optional } => {
            let env = env
                .as_ref()
                .map_or_else(|| quote!(::core::option::Option::None), |env| quote!(::core::option::Option::Some(#env)));
            let default = default_of(default.as_ref(), *optional);
            if let (None, None) = (min, max) {
                quote!(reader.setting::<#ty>(#name, #env, || #default))
            } else {
                let (min, max) = (bound(min.as_ref()), bound(max.as_ref()));
                quote!(reader.bounded::<#ty>(#name, #env, || #default, __d::Bounds { min: #min, max: #max }))
            }
        }
    }
}

fn default_of(default: Option<&syn::Expr>, optional: bool) -> TokenStream {
    let Some(default) = default else { return quote!(::core::option::Option::None) };
    // A text literal becomes whatever owned type the field has.
    let value = match default {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => quote!(::core::convert::Into::into(#text)),
        other => quote!(#other),
    };
    if optional {
        quote!(::core::option::Option::Some(::core::option::Option::Some(#value)))
    } else {
        quote!(::core::option::Option::Some(#value))
    }
}

fn bound(bound: Option<&Bound>) -> TokenStream {
    match bound {
        None => quote!(::core::option::Option::None),
        Some(bound) => {
            let value = bound.value;
            quote!(::core::option::Option::Some(#value))
        }
    }
}
