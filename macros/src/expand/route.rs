use durably_contract::files::Target;
use durably_model::Route;
use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned as _;

use super::agreement::{Types, agreement};
use super::scope;
use super::service::{is_unit, pass_arguments, route_head, take_arguments};
use crate::faults::of_item;

/// A function that answers a route.
pub(crate) fn route(route: &Route) -> TokenStream {
    let Route { ident, http, authorize, takes_cx, args, output, own, item, .. } = route;
    let faults = of_item(
        *own,
        ident.span().start().line,
        |target| match target {
            Target::Argument(_, name) | Target::Field(name) => {
                match args.iter().find(|argument| argument.name == **name) {
                    Some(argument) => Some(argument.ty.span()),
                    None => Some(output.ty.span()),
                }
            }
            _ => None,
        },
        ident.span(),
    );
    if !faults.is_empty() {
        return quote!(#faults #item);
    }
    let mut types = Types::default();
    for argument in args {
        types.add(format_args!("the argument `{}`", argument.name), &argument.ty);
    }
    types.add("the result", &output.ty);
    if let Some(error) = &output.error {
        types.add_path("the error", error, error.span());
    }
    let agreement = agreement(*own, ident.span(), &types);
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
