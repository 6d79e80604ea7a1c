//! `#[event(fetch)]`: the Worker's entry point.

use proc_macro2::TokenStream;
use quote::quote;

/// `#[event(fetch)]`: the function, and its export.
pub(super) fn event(attr: &TokenStream, item: &syn::ItemFn) -> TokenStream {
    let errors = check(attr, item);
    if let Some(errors) = errors {
        let errors = errors.into_compile_error();
        return quote!(#errors #item);
    }
    let ident = &item.sig.ident;
    // For the guard of the entry module, which alone can name it: the Worker's entrypoint has `fetch` only. A function that
    // does more than ask for the routes may change their answers, so that nobody else is to make them.
    let only_serves = only_serves(item);
    let answered = only_serves.then(|| {
        quote! {
            #[wasm_bindgen(js_name = "__durably_answered", wasm_bindgen = ::durably::__private::wasm_bindgen)]
            pub fn __durably_answered(reply: &str, status: u16, verb: &str) -> JsValue {
                ::durably::__private::answered(reply, status, verb)
            }
        }
    });
    quote! {
        #item
        #[cfg(target_arch = "wasm32")]
        #[allow(unsafe_code, missing_docs, unreachable_pub, clippy::all, clippy::pedantic)]
        const _: () = {
            use ::durably::__private::wasm_bindgen::{self, prelude::*};
            #[wasm_bindgen(js_name = "fetch", wasm_bindgen = ::durably::__private::wasm_bindgen)]
            pub fn __durably_fetch(request: JsValue, env: JsValue, ctx: JsValue) -> JsValue {
                ::durably::__private::fetch::<crate::__Durably, _>(request, env, ctx, #only_serves, #ident)
            }
            #answered
        };
        #[cfg(not(target_arch = "wasm32"))]
        #[allow(clippy::all, clippy::pedantic)]
        const _: () = {
            // The types are checked on every target.
            fn __check(request: ::durably::__private::JsValue) -> ::durably::__private::JsValue {
                ::durably::__private::fetch::<crate::__Durably, _>(request.clone(), request.clone(), request, #only_serves, #ident)
            }
            let _ = __check;
        };
    }
}

/// Whether the body is `durably::serve(…).await`, and nothing else.
fn only_serves(item: &syn::ItemFn) -> bool {
    let [syn::Stmt::Expr(syn::Expr::Await(awaited), None)] = item.block.stmts.as_slice() else { return false };
    let syn::Expr::Call(call) = &*awaited.base else { return false };
    let syn::Expr::Path(path) = &*call.func else { return false };
    let names: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    names == ["durably", "serve"] && call.args.iter().all(|argument| matches!(argument, syn::Expr::Path(_)))
}

fn check(attr: &TokenStream, item: &syn::ItemFn) -> Option<syn::Error> {
    const WANTED: &str = "write `#[event(fetch)] async fn fetch(req: Request, env: Env, cx: worker::Context) -> worker::Result<Response>`";
    match syn::parse2::<syn::Ident>(attr.clone()) {
        Ok(event) if event == "fetch" => {}
        Ok(event) => {
            let message = format!("durably does not handle the event `{event}`, only `fetch`");
            return Some(syn::Error::new(event.span(), message));
        }
        Err(_) => return Some(syn::Error::new_spanned(&item.sig.ident, format!("the event is missing: {WANTED}"))),
    }
    let signature = &item.sig;
    if signature.asyncness.is_none() {
        return Some(syn::Error::new_spanned(signature.fn_token, format!("the fetch event must be async: {WANTED}")));
    }
    (signature.inputs.len() != 3)
        .then(|| syn::Error::new_spanned(&signature.inputs, format!("the fetch event takes three arguments: {WANTED}")))
}

#[cfg(test)]
mod tests {
    use super::only_serves;

    fn serves(body: &str) -> bool {
        let item = format!("async fn fetch(r: Request, env: Env, cx: Context) -> Result<Response> {{ {body} }}");
        syn::parse_str(&item).is_ok_and(|item| only_serves(&item))
    }

    /// An answer that something else would have changed is not sent in its place.
    #[test]
    fn only_the_routes_are_answered_for_the_application() {
        assert!(serves("durably::serve(r, env, cx).await"));
        for body in [
            "durably::serve(r, env, cx).await.map(redacted)",
            "let answer = durably::serve(r, env, cx).await; answer",
            "count(&env); durably::serve(r, env, cx).await",
            "durably::serve(counted(r), env, cx).await",
            "serve(r, env, cx).await",
        ] {
            assert!(!serves(body), "{body}");
        }
    }
}
