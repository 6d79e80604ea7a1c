//! `#[durable_route]`: a function that answers a route.

use durably_model::Route;
use proc_macro2::TokenStream;
use quote::quote;

use super::scope;
use super::service::{is_unit, pass_arguments, route_head, take_arguments};

/// A function that answers a route.
pub(super) fn route(route: &Route, agreement: &TokenStream) -> TokenStream {
    let Route { ident, http, authorize, takes_cx, args, output, item, .. } = route;
    let head = route_head(http, is_unit(&output.ty), args, Some(authorize));
    let take = take_arguments(args);
    let pass = pass_arguments(args);
    let cx = takes_cx.then(|| quote!(&cx,));
    let body = scope(&quote! {
        #agreement
        impl __d::Routed<__Fp> for crate::__Durably {
            fn routes() -> ::std::vec::Vec<__d::Route> {
                ::std::vec![__d::Route {
                    #head
                    target: __d::Target::Function(|cx, mut args| ::std::boxed::Box::pin(async move {
                        #take
                        __d::begun(async { __d::HandlerReturn::reply(#ident(#cx #(#pass),*).await) }).await
                    })),
                }]
            }
        }
    });
    // A route is async also where it has nothing to wait for.
    quote!(#[allow(clippy::unused_async)] #item #body)
}
