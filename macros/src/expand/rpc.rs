//! `#[durable_rpc]`: the block, its dispatch, its routes and its typed client.

use durably_model::{Method, MethodKind, Passing, Rpc};
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};

use super::scope;
use super::service::service;

/// The block, its dispatch, its routes and its typed client.
pub(super) fn rpc(rpc: &Rpc, agreement: &TokenStream) -> TokenStream {
    let Rpc { self_ty, item, methods, ident, .. } = rpc;
    let has_create = methods.iter().any(|method| method.kind == MethodKind::Create);
    let initial = (!has_create).then(|| {
        quote_spanned! {ident.span()=>
            const _: () = if let ::core::option::Option::Some(missing) = <#self_ty as __d::State>::WITHOUT_INITIAL {
                ::core::panic!("{}", missing)
            };
        }
    });
    let service = service(rpc);
    let body = scope(&quote! { #agreement #initial #service });
    let client = client(rpc);
    quote!(#item #body #client)
}

/// The typed client: addresses, and a method a method.
fn client(rpc: &Rpc) -> TokenStream {
    let Rpc { self_ty, ident, methods, .. } = rpc;
    let client = format_ident!("{}Client", ident);
    let about = format!("Calls objects of [`{ident}`] by native Workers RPC.");
    let calls = methods.iter().map(call);
    quote! {
        #[doc = #about]
        #[derive(Clone, Debug)]
        #[allow(private_interfaces, dead_code)]
        pub struct #client(::durably::__private::Stub<#self_ty>);

        #[automatically_derived]
        #[allow(dead_code, private_interfaces, unreachable_pub, clippy::all, clippy::pedantic)]
        impl #self_ty {
            /// The object of a name. Names come from what `authorize` established, never from a caller's input.
            pub fn named(env: &::durably::Env, name: &str) -> ::core::result::Result<#client, ::durably::Error> {
                ::durably::__private::Stub::named(env, name).map(#client)
            }
            /// The object of an id. The platform checks the id, without waking anything.
            pub fn by_id(env: &::durably::Env, id: &str) -> ::core::result::Result<#client, ::durably::Error> {
                ::durably::__private::Stub::by_id(env, id).map(#client)
            }
            /// A new object with an id of its own.
            pub fn unique(env: &::durably::Env) -> ::core::result::Result<#client, ::durably::Error> {
                ::durably::__private::Stub::unique(env).map(#client)
            }
        }

        #[automatically_derived]
        #[allow(dead_code, private_interfaces, unreachable_pub, clippy::all, clippy::pedantic)]
        impl #client {
            /// The object's id: 64 hexadecimal digits.
            pub fn id(&self) -> &str {
                self.0.id()
            }
            /// Makes the next calls safe to repeat: within 24 hours the same key gives the same answer.
            #[must_use]
            pub fn idempotent(self, key: impl ::core::convert::Into<::std::string::String>) -> Self {
                Self(self.0.idempotent(key))
            }
            /// Calls that have not begun after this time are refused.
            #[must_use]
            pub fn within(self, time: ::core::time::Duration) -> Self {
                Self(self.0.within(time))
            }
            #(#calls)*
        }
    }
}

fn call(method: &Method) -> TokenStream {
    let Method { ident, name, args, output, kind, doc, .. } = method;
    let parameters = args.iter().map(|argument| {
        let (ident, ty) = (&argument.ident, &argument.ty);
        match argument.passing {
            Passing::Value => quote!(#ident: #ty),
            Passing::Borrowed => quote!(#ident: &<#ty as ::core::ops::Deref>::Target),
        }
    });
    let with = args.iter().map(|argument| {
        let (ident, ty) = (&argument.ident, &argument.ty);
        match argument.passing {
            Passing::Value => quote!(let arguments = <#ty as ::durably::Durable>::pass(&#ident, arguments);),
            Passing::Borrowed => quote!(let arguments = <#ty as ::durably::Durable>::pass(&::std::borrow::ToOwned::to_owned(#ident), arguments);),
        }
    });
    let ty = &output.ty;
    let result = if *kind == MethodKind::Create { quote!(()) } else { quote!(#ty) };
    let error = output.error.as_ref().map_or_else(|| quote!(::durably::NoError), |error| quote!(#error));
    let awaits = *kind == MethodKind::Async;
    let doc = if doc.is_empty() { format!("Calls `{name}`.") } else { doc.clone() };
    quote! {
        #[doc = #doc]
        pub async fn #ident(&self, #(#parameters),*) -> ::durably::Result<#result, #error> {
            let arguments = ::durably::__private::CallArguments::default();
            #(#with)*
            self.0.call(#name, #awaits, arguments).await
        }
    }
}
