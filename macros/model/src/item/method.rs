//! One method of a `#[durable_rpc]` block.

use proc_macro2::Ident;
use syn::{FnArg, ImplItemFn, ReceiverKind, Type};

use crate::{
    CLIENT_METHODS, Errors, HttpMethod, Method, MethodKind, Output, RESERVED_METHODS, bare,
    check::{routes, rules},
    item::{
        authorize::{self, In},
        keys,
        rpc::is_public,
        signature::{self, Context, Inputs},
    },
    js_reserved,
    syntax::{
        attribute::{Bare, Table},
        route_template,
        types::{self, Position},
    },
};

/// What became of a function that is a method.
pub(crate) struct Member {
    /// Whether it has `http = …`.
    pub(crate) routed: bool,
    /// Absent if its form is wrong, which was reported.
    pub(crate) method: Option<Method>,
}

/// Reads an associated function. `None`: it is a helper, private and without `#[rpc]`.
pub(crate) fn read(
    errors: &mut Errors,
    function: &ImplItemFn,
    state: Option<&Ident>,
    block_authorizes: bool,
) -> Option<Member> {
    rules::refuse_helpers(errors, &function.attrs, &[keys::METHOD.attribute], "methods take `#[rpc(…)]`");
    let mut table = Table::read(errors, &function.attrs, &keys::METHOD, Bare::Allowed);
    table.refuse_texts(errors);
    if !is_public(&function.vis) && !table.present {
        check_helper(errors, &function.sig.ident);
        return None;
    }
    let sig = &function.sig;
    rules::refuse_cfg(errors, &function.attrs, "a method", "keep the method, and put the condition into its body");
    signature::refuse_qualifiers(errors, sig, "a method");
    check_name(errors, &sig.ident);
    let create = table.flag(errors, "create").is_some();
    let kind =
        if create { Some(read_create(errors, function)) } else { read_kind(errors, function, state, table.present) };
    let Inputs { takes_cx, args } = read_inputs(errors, function, kind);
    let mut output = signature::read_output(errors, &sig.output);
    if create {
        check_created(errors, sig, &mut output, state);
    } else {
        types::check(errors, &output.ty, Position::Result);
    }
    let routed = table.has("http");
    let route = read_route(errors, &mut table, block_authorizes);
    if let Some(template) = &route.template {
        routes::check_object(errors, template, &args);
        routes::check_parameters(errors, template, &args, Some("id"));
        routes::check_status(errors, template, &output);
        if matches!(kind, Some(MethodKind::Write | MethodKind::Create)) && template.http.method == HttpMethod::Get {
            errors.at(
                &sig.ident,
                "a GET must not change anything, because clients and proxies may repeat it: take `&self`, or use POST",
            );
        }
    }
    let method = kind.map(|kind| Method {
        name: bare(&sig.ident),
        ident: sig.ident.clone(),
        public: is_public(&function.vis),
        kind,
        takes_cx,
        args,
        output,
        http: route.template.map(|template| template.http),
        authorize: route.authorize,
        doc: rules::doc(&function.attrs),
    });
    Some(Member { routed, method })
}

fn check_name(errors: &mut Errors, ident: &Ident) {
    let name = bare(ident);
    rules::check_own_prefix(errors, ident);
    if RESERVED_METHODS.contains(&name.as_str()) || name.starts_with("webSocket") {
        let text = "is answered by the RPC stub itself, so no call would reach this method: rename it";
        errors.at(ident, format!("`{name}` {text}"));
    } else if CLIENT_METHODS.contains(&name.as_str()) {
        errors.at(ident, format!("every typed client already has a method `{name}`: rename this one"));
    } else if js_reserved(&name) {
        errors.at(
            ident,
            format!("`{name}` is a reserved word in JavaScript, where the method has the same name: rename it"),
        );
    }
}

/// The constructors of the client are generated beside the helpers.
fn check_helper(errors: &mut Errors, ident: &Ident) {
    let name = bare(ident);
    if ["by_id", "named", "unique"].contains(&name.as_str()) {
        errors.at(ident, format!("`{name}` is generated for every state, to make a client: rename this function"));
    }
}

fn read_create(errors: &mut Errors, function: &ImplItemFn) -> MethodKind {
    let sig = &function.sig;
    if let Some(receiver) = sig.receiver() {
        errors.at(receiver, "a `create` method runs before there is a state: remove the receiver and return `Self`");
    }
    if let Some(token) = &sig.asyncness {
        errors
            .at(token, "a `create` method is one transaction, so it cannot await: pass it what it needs as arguments");
    }
    MethodKind::Create
}

fn read_kind(
    errors: &mut Errors,
    function: &ImplItemFn,
    state: Option<&Ident>,
    has_attribute: bool,
) -> Option<MethodKind> {
    let sig = &function.sig;
    let Some(receiver) = sig.receiver() else { return read_handle(errors, function, state, has_attribute) };
    match &receiver.kind {
        ReceiverKind::Reference(_, lifetime, mutability) => {
            if let Some(lifetime) = lifetime {
                errors.at(
                    lifetime,
                    "the state is borrowed for one call: write `&self` or `&mut self` without a lifetime",
                );
            }
            if sig.asyncness.is_some() {
                errors.at(
                    receiver,
                    "an async method cannot hold the state, because other calls run while it awaits: take `this: Handle<Self>` \
                     and use `this.read(|state| …)` and `this.write(|state, cx| …)`",
                );
            }
            Some(if mutability.is_some() { MethodKind::Write } else { MethodKind::Read })
        }
        ReceiverKind::Value => {
            let text = "a method cannot take the state by value, because its object would be left without one: write `&self` to read, `&mut \
                        self` to write";
            errors.at(receiver, text);
            None
        }
        _ => {
            errors.at(receiver, "write the receiver as `&self` to read, `&mut self` to write");
            None
        }
    }
}

fn read_handle(
    errors: &mut Errors,
    function: &ImplItemFn,
    state: Option<&Ident>,
    has_attribute: bool,
) -> Option<MethodKind> {
    let sig = &function.sig;
    let handle = first_handle(function);
    match (handle, &sig.asyncness) {
        (Some(handle), asyncness) => {
            let inner = types::only_argument(handle, "Handle");
            let own = inner.is_some_and(|inner| is_state(inner, state));
            if !own {
                errors.at(handle, "an async method takes the handle of its own object: write `this: Handle<Self>`");
            }
            if asyncness.is_none() {
                errors.at(
                    sig.fn_token,
                    "a method with a handle must be `async`: add `async`, or take `&self` or `&mut self`",
                );
            }
            Some(MethodKind::Async)
        }
        (None, Some(_)) => {
            errors
                .at(&sig.ident, "an async method reaches its object through a handle: take `this: Handle<Self>` first");
            None
        }
        (None, None) => {
            let text = if has_attribute {
                "a method must take `&self` or `&mut self`; if it makes the state, mark it `#[rpc(create)]`"
            } else {
                "a `pub` method is called from outside, but this one takes no state: make it private, take `&self`, or mark it `#[rpc(create)]`"
            };
            errors.at(&sig.ident, text);
            None
        }
    }
}

/// The type of a leading `this: Handle<…>`.
fn first_handle(function: &ImplItemFn) -> Option<&Type> {
    match function.sig.inputs.first()? {
        FnArg::Typed(typed) => {
            let inner = match types::bared(&typed.ty) {
                Type::Reference(reference) => &reference.elem,
                other => other,
            };
            types::is_named(inner, "Handle").then_some(&typed.ty)
        }
        FnArg::Receiver(_) => None,
    }
}

fn read_inputs(errors: &mut Errors, function: &ImplItemFn, kind: Option<MethodKind>) -> Inputs {
    let skipped = usize::from(function.sig.receiver().is_some() || first_handle(function).is_some());
    let context = if kind == Some(MethodKind::Async) { Context::Async } else { Context::Method };
    signature::read_inputs(errors, function.sig.inputs.iter().skip(skipped), context)
}

fn check_created(errors: &mut Errors, sig: &syn::Signature, output: &mut Output, state: Option<&Ident>) {
    if is_state(&output.ty, state) {
        output.ty = syn::parse_quote!(Self);
        return;
    }
    let text = "a `create` method must return the state that it makes: `Self` or `Result<Self, E>`";
    match &sig.output {
        syn::ReturnType::Default => errors.at(&sig.ident, text),
        syn::ReturnType::Type(_, ty) => errors.at(ty, text),
    }
}

/// `Self`, or the state by its name.
fn is_state(ty: &Type, state: Option<&Ident>) -> bool {
    let path = types::as_path(ty).and_then(syn::Path::get_ident);
    path.is_some_and(|ident| ident == "Self" || Some(ident) == state)
}

struct Route {
    template: Option<route_template::Template>,
    authorize: Option<crate::Authorize>,
}

fn read_route(errors: &mut Errors, table: &mut Table, block_authorizes: bool) -> Route {
    let key = table.key("http");
    if key.is_none() {
        for name in ["status", "authorize"] {
            if let Some(key) = table.key(name) {
                errors.at(
                    key,
                    format!("`{name}` is for an HTTP route, and this method has none: add `http`, or remove it"),
                );
            }
        }
    } else if !block_authorizes && !table.has("authorize") {
        errors.at(&key, authorize::MISSING);
    }
    let authorize = authorize::read(errors, table, In::Method);
    let status = route_template::read_status(errors, table);
    let text = table.text(errors, "http", "GET /v1/things/{id}");
    Route { template: text.and_then(|found| route_template::parse(errors, found.value, status)), authorize }
}
