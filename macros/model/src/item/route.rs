//! HTTP routes: `#[rpc(http = "…")]` on a method and `#[durable_route("…")]` on a function.

use proc_macro2::{Ident, TokenStream};
use syn::{Item, ItemFn};

use crate::{
    Arg, Authorize, Errors, Output,
    check::{routes, rules},
    item::{
        authorize,
        hash::ItemHash,
        keys,
        signature::{self, Context, Inputs},
    },
    pipeline::Annotated,
    syntax::{
        attribute::Table,
        route_template::{self, Template},
        strip,
        types::{self, Position},
    },
};

/// `http = "POST /v1/conversations/{id}/turns", status = 201`.
#[derive(Debug, Clone)]
pub struct Http {
    /// The verb.
    pub method: HttpMethod,
    /// What stands between the slashes; nothing for `/`.
    pub path: Vec<PathSegment>,
    /// Of a success: 200 unless declared, 204 for `()`.
    pub status: Option<u16>,
}

impl Http {
    /// Whether the path gives this argument.
    pub fn has_param(&self, name: &str) -> bool {
        self.path.iter().any(|segment| matches!(segment, PathSegment::Param(known) if known == name))
    }

    /// The path as written.
    pub fn pattern(&self) -> String {
        if self.path.is_empty() {
            return "/".to_owned();
        }
        self.path
            .iter()
            .map(|s| match s {
                PathSegment::Literal(text) => format!("/{text}"),
                PathSegment::Param(name) => format!("/{{{name}}}"),
            })
            .collect()
    }
}

/// The verbs that a route may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HttpMethod {
    /// `GET`; `HEAD` is answered from it.
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

impl HttpMethod {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Get, Self::Post, Self::Put, Self::Patch, Self::Delete];

    /// As it stands in a request.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Between two slashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathSegment {
    /// Matched byte by byte.
    Literal(String),
    /// `{name}`: anything but nothing.
    Param(String),
}

/// A checked `#[durable_route("VERB /path", authorize = …, status = …)] async fn`.
#[derive(Debug)]
pub struct Route {
    /// The function's name.
    pub ident: Ident,
    /// Verb, path and status.
    pub http: Http,
    /// Who may call it.
    pub authorize: Authorize,
    /// Whether the first parameter is `cx: &RouteCx`.
    pub takes_cx: bool,
    /// The parameters behind it.
    pub args: Vec<Arg>,
    /// What it returns.
    pub output: Output,
    /// The doc comment.
    pub doc: String,
    /// Hash of the signature and the attribute, body excluded.
    pub item_hash: u64,
    /// The function as the user wrote it, without durably's attributes.
    pub item: syn::ItemFn,
}

/// A route that was read.
pub(crate) struct Declaration {
    template: Option<Template>,
    authorize: Option<Authorize>,
    inputs: Inputs,
    output: Output,
}

impl Annotated for Route {
    type Item = ItemFn;
    type Read = Declaration;

    fn item(item: Item) -> syn::Result<ItemFn> {
        match item {
            Item::Fn(item) => Ok(item),
            other => Err(rules::wrong_item(
                &other,
                "`#[durable_route(…)]` goes on a function: `async fn health(cx: &RouteCx) -> Result<Health, Refusal>`",
            )),
        }
    }

    fn read(errors: &mut Errors, arguments: TokenStream, item: &ItemFn) -> Declaration {
        let (template, authorize) = read_attribute(errors, arguments, &item.sig.ident);
        let typed = item.sig.inputs.iter().filter(|input| matches!(input, syn::FnArg::Typed(_)));
        let inputs = signature::read_inputs(errors, typed, Context::Route);
        let output = signature::read_output(errors, &item.sig.output);
        Declaration { template, authorize, inputs, output }
    }

    fn check(errors: &mut Errors, read: &Declaration, item: &ItemFn) {
        rules::refuse_helpers(errors, &item.attrs, &[], "a route says everything in `#[durable_route(…)]`");
        check_function(errors, item);
        types::check(errors, &read.output.ty, Position::Result);
        if let Some(template) = &read.template {
            routes::check_parameters(errors, template, &read.inputs.args, None);
            routes::check_status(errors, template, &read.output);
        }
    }

    fn make(Declaration { template, authorize, inputs, output }: Declaration, mut item: ItemFn) -> Option<Self> {
        strip::strip_fn(&mut item);
        let Inputs { takes_cx, args } = inputs;
        let (ident, doc) = (item.sig.ident.clone(), rules::doc(&item.attrs));
        let (http, authorize) = (template?.http, authorize?);
        let mut route = Self { ident, http, authorize, takes_cx, args, output, doc, item_hash: 0, item };
        route.item_hash = ItemHash::of(&route);
        Some(route)
    }
}

fn read_attribute(errors: &mut Errors, attr: TokenStream, ident: &Ident) -> (Option<Template>, Option<Authorize>) {
    let example = "`#[durable_route(\"GET /healthz\", authorize = public)]`";
    let mut table = Table::of_arguments(errors, attr, &keys::ROUTE);
    let authorize = authorize::read(errors, &mut table, authorize::In::Route);
    let status = route_template::read_status(errors, &mut table);
    let template = match table.texts.as_slice() {
        [text] => route_template::parse(errors, text.clone(), status),
        [] => {
            if table.read_well {
                errors.at(ident, format!("the route is missing: {example}"));
            }
            None
        }
        [_, second, ..] => {
            errors.at(second, "a second route: a function has one");
            None
        }
    };
    if let ([text], None, true) = (table.texts.as_slice(), &authorize, table.read_well && !table.has("authorize")) {
        errors.at(text, authorize::MISSING);
    }
    (template, authorize)
}

fn check_function(errors: &mut Errors, item: &ItemFn) {
    let sig = &item.sig;
    signature::refuse_qualifiers(errors, sig, "a route");
    rules::check_own_prefix(errors, &sig.ident);
    if sig.asyncness.is_none() {
        errors.at(sig.fn_token, "a route is `async`: objects, KV and `fetch` are reached by awaiting");
    }
    if let Some(receiver) = sig.receiver() {
        errors.at(
            receiver,
            "a route stands outside of any object: take `cx: &RouteCx`, or use `#[rpc(http = …)]` on a method",
        );
    }
}
