//! The dispatch of a `#[durable_rpc]` block, and its routes.

use durably_model::{Arg, Authorize, Method, MethodKind, Passing, Rpc};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

pub(super) fn service(rpc: &Rpc) -> TokenStream {
    let Rpc { self_ty, methods, authorize, .. } = rpc;
    let has_create = methods.iter().any(|method| method.kind == MethodKind::Create);
    let takes_cx = methods.iter().any(|method| method.takes_cx || method.kind == MethodKind::Async);
    let table = methods.iter().map(|method| entry(self_ty, method, authorize.as_ref()));
    let arms = methods.iter().enumerate().map(|(place, method)| {
        let run = run(self_ty, method);
        quote!(#place => #run)
    });
    let routes = methods.iter().filter_map(|method| route(self_ty, method, authorize.as_ref()));
    quote! {
        impl __d::Service for #self_ty {
            const METHODS: &'static [__d::Method<Self>] = &[#(#table),*];
            const HAS_CREATE: bool = #has_create;
            const TAKES_CX: bool = #takes_cx;
            fn configs() -> ::std::vec::Vec<__d::ConfigEntry> {
                <crate::__Durably as __d::Registry>::configs()
            }
            fn dispatch(call: __d::Call<'_, Self>) -> __d::Reply {
                match call.method() {
                    #(#arms,)*
                    _ => call.unknown(),
                }
            }
        }
        impl __d::Routed<__Fp> for crate::__Durably {
            fn routes() -> ::std::vec::Vec<__d::Route> {
                ::std::vec![#(#routes),*]
            }
        }
    }
}

fn entry(self_ty: &syn::Path, method: &Method, block: Option<&Authorize>) -> TokenStream {
    let Method { name, args, kind, .. } = method;
    let arguments = signature(args, method.http.as_ref());
    let admit = if let (Some(_), Some(Authorize::By { object: Some(object), .. })) =
        (&method.http, method.authorize.as_ref().or(block))
    {
        quote!(::core::option::Option::Some(|state: &#self_ty, cx: &::durably::Cx| __d::admit(state, cx, #object)))
    } else {
        quote!(::core::option::Option::None)
    };
    let copy = if let MethodKind::Read = kind {
        quote!(::core::option::Option::None)
    } else {
        let types = args.iter().map(|argument| &argument.ty);
        quote!(::core::option::Option::Some(|args| { #(<#types as __d::Durable>::copied(args);)* }))
    };
    quote!(__d::Method { name: #name, arguments: #arguments, copy: #copy, admit: #admit })
}

/// The names of the arguments, and whether one alone is for the body.
fn signature(args: &[Arg], http: Option<&durably_model::Http>) -> TokenStream {
    let names = args.iter().map(|argument| &argument.name);
    let beside_path = |http: &durably_model::Http| args.iter().filter(|arg| !http.has_param(&arg.name)).count();
    let alone = http.is_some_and(|http| beside_path(http) == 1);
    quote!(__d::Signature { names: &[#(#names),*], alone: #alone })
}

/// Takes the arguments from `args`, all of them, then unwraps them.
pub(super) fn take_arguments(args: &[Arg]) -> TokenStream {
    if args.is_empty() {
        return quote!(args.end()?;);
    }
    let variables: Vec<_> = (0..args.len()).map(|place| format_ident!("__a{place}")).collect();
    let types = args.iter().map(|argument| &argument.ty);
    quote! {
        #(let #variables = <#types as __d::Durable>::argument(&mut args);)*
        args.end()?;
        let (#(::core::option::Option::Some(#variables),)*) = (#(#variables,)*) else {
            return ::core::result::Result::Err(__d::CallFailure::incomplete());
        };
    }
}

/// The arguments as the method wants them.
pub(super) fn pass_arguments(args: &[Arg]) -> impl Iterator<Item = TokenStream> {
    args.iter().enumerate().map(|(place, argument)| {
        let variable = format_ident!("__a{place}");
        match argument.passing {
            Passing::Value => quote!(#variable),
            Passing::Borrowed => quote!(&#variable),
        }
    })
}

fn run(self_ty: &syn::Path, method: &Method) -> TokenStream {
    let Method { ident, kind, takes_cx, args, .. } = method;
    let take = take_arguments(args);
    let pass = pass_arguments(args);
    let cx = takes_cx.then(|| quote!(cx,));
    match kind {
        MethodKind::Read => quote! {
            call.read(|state, cx, mut args| { #take __d::HandlerReturn::reply(<#self_ty>::#ident(state, #cx #(#pass),*)) })
        },
        MethodKind::Write => quote! {
            call.write(|state, cx, mut args| { #take __d::HandlerReturn::reply(<#self_ty>::#ident(state, #cx #(#pass),*)) })
        },
        MethodKind::Create => quote! {
            call.create(|cx, mut args| { #take __d::CreateReturn::<#self_ty>::created(<#self_ty>::#ident(#cx #(#pass),*)) })
        },
        MethodKind::Async => quote! {
            call.start(|this, mut args| {
                #take
                ::core::result::Result::Ok(async move { __d::HandlerReturn::reply(<#self_ty>::#ident(this, #(#pass),*).await) })
            })
        },
    }
}

fn route(self_ty: &syn::Path, method: &Method, block: Option<&Authorize>) -> Option<TokenStream> {
    let Method { name, args, output, http, kind, .. } = method;
    let http = http.as_ref()?;
    let nothing = *kind == MethodKind::Create || is_unit(&output.ty);
    let awaits = *kind == MethodKind::Async;
    let head = route_head(http, nothing, args, method.authorize.as_ref().or(block));
    Some(quote! {
        __d::Route {
            #head
            target: __d::Target::Object {
                class: <#self_ty as __d::State>::CLASS,
                binding: <#self_ty as __d::State>::BINDING,
                method: #name,
                awaits: #awaits,
            },
        }
    })
}

/// Verb, path, status, access and arguments of a route.
pub(super) fn route_head(
    http: &durably_model::Http,
    nothing: bool,
    args: &[Arg],
    authorize: Option<&Authorize>,
) -> TokenStream {
    let (verb, pattern) = (http.method.as_str(), http.pattern());
    let status = http.status.unwrap_or(if nothing { 204 } else { 200 });
    let arguments = signature(args, Some(http));
    let access = match authorize {
        Some(Authorize::By { caller, .. }) => quote!(__d::Access::by(#caller)),
        Some(Authorize::Public) | None => quote!(__d::Access::Public),
    };
    quote! {
        method: #verb,
        pattern: #pattern,
        status: #status,
        access: #access,
        arguments: #arguments,
    }
}

pub(super) fn is_unit(ty: &syn::Type) -> bool {
    matches!(ty, syn::Type::Tuple(tuple) if tuple.elems.is_empty())
}
