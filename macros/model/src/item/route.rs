//! HTTP routes: `#[rpc(http = "…")]` on a method and `#[durable_route("…")]` on a function.

use proc_macro2::{Ident, TokenStream};
use syn::{Item, ItemFn};

use crate::{
    Arg, Authorize, Errors, Output,
    check::routes,
    check::rules,
    item::{
        authorize,
        hash::Own,
        signature::{self, Context, Inputs},
    },
    syntax::{
        attribute::{Table, refuse_helpers},
        route_template::{self, Template},
        strip,
        types::{self, Place},
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
    pub own: u64,
    /// The function as the user wrote it, without durably's attributes.
    pub item: syn::ItemFn,
}

impl Route {
    /// Reads and checks whatever `#[durable_route]` was put on.
    pub fn from_item(attr: TokenStream, item: Item) -> syn::Result<Self> {
        match item {
            Item::Fn(item) => Self::parse(attr, item),
            other => Err(rules::wrong_item(
                &other,
                "`#[durable_route(…)]` goes on a function: `async fn health(cx: &RouteCx) -> Result<Health, Refusal>`",
            )),
        }
    }

    /// Reads and checks a `#[durable_route]` function.
    pub fn parse(attr: TokenStream, mut item: ItemFn) -> syn::Result<Self> {
        let mut errors = Errors::default();
        let (template, authorize) = read_attribute(&mut errors, attr, &item.sig.ident);
        refuse_helpers(&mut errors, &item.attrs, &[], "a route says everything in `#[durable_route(…)]`");
        let inputs = read_function(&mut errors, &item);
        let output = signature::read_output(&mut errors, &item.sig.output);
        types::check(&mut errors, &output.ty, Place::Result);
        if let Some(template) = &template {
            routes::check_parameters(&mut errors, template, &inputs.args, None);
            routes::check_status(&mut errors, template, &output);
        }
        let (Some(template), Some(authorize)) = (template, authorize) else { return Err(errors.fail()) };
        errors.finish(|| {
            strip::strip_fn(&mut item);
            let mut route = Self {
                ident: item.sig.ident.clone(),
                http: template.http,
                authorize,
                takes_cx: inputs.takes_cx,
                args: inputs.args,
                output,
                doc: rules::doc(&item.attrs),
                own: 0,
                item,
            };
            route.own = Own::of(&route);
            route
        })
    }
}

fn read_attribute(errors: &mut Errors, attr: TokenStream, ident: &Ident) -> (Option<Template>, Option<Authorize>) {
    let example = "`#[durable_route(\"GET /healthz\", authorize = public)]`";
    let mut table = Table::of_arguments(errors, "durable_route", attr, &["authorize", "status"]);
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

fn read_function(errors: &mut Errors, item: &ItemFn) -> Inputs {
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
    signature::read_inputs(
        errors,
        sig.inputs.iter().filter(|input| matches!(input, syn::FnArg::Typed(_))),
        Context::Route,
    )
}
