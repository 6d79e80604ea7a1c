//! `#[durable_rpc]`: the methods of a Durable Object.

use proc_macro2::{Ident, TokenStream};
use syn::{ImplItem, Item, ItemImpl, Visibility};

use crate::{
    Errors, Http,
    check::rules,
    contract::limits::CLASS_MAX_METHODS,
    item::{
        authorize::{self, In},
        hash::ItemHash,
        keys, method,
    },
    pipeline::Annotated,
    syntax::{attribute::Table, strip, types},
};

/// A checked `#[durable_rpc]` impl block.
#[derive(Debug)]
pub struct Rpc {
    /// The state's type as written after `impl`.
    pub self_ty: syn::Path,
    /// Its last segment: `Conversation` gives `ConversationClient`.
    pub ident: Ident,
    /// Who may call the HTTP routes, unless the method says otherwise.
    pub authorize: Option<Authorize>,
    /// In declaration order. Associated functions that are no methods stay in the block and are not listed.
    pub methods: Vec<Method>,
    /// Hash of the methods' signatures and attributes, bodies excluded.
    pub item_hash: u64,
    /// The block as the user wrote it, without durably's attributes.
    pub item: syn::ItemImpl,
}

/// One method.
#[derive(Debug)]
pub struct Method {
    /// As written.
    pub ident: Ident,
    /// The name in JS and on the wire: the identifier without `r#`.
    pub name: String,
    /// `pub`: callable by native RPC. Private: the typed Rust client and declared routes only.
    pub public: bool,
    /// How it reaches the state.
    pub kind: MethodKind,
    /// Whether a `cx: &Cx` follows the receiver (or comes first in a create).
    pub takes_cx: bool,
    /// The arguments that callers pass, in order.
    pub args: Vec<Arg>,
    /// What it returns.
    pub output: Output,
    /// `#[rpc(http = …)]`.
    pub http: Option<Http>,
    /// `#[rpc(authorize = …)]`: instead of the block's.
    pub authorize: Option<Authorize>,
    /// The doc comment.
    pub doc: String,
}

/// How a method reaches the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MethodKind {
    /// `#[rpc(create)] fn(…) -> Self`, or `Result<Self, E>`.
    Create,
    /// `&self`.
    Read,
    /// `&mut self`.
    Write,
    /// `async fn(this: Handle<Self>, …)`.
    Async,
}

/// One argument.
#[derive(Debug)]
pub struct Arg {
    /// As written.
    pub ident: Ident,
    /// The name in JSON and in paths: the identifier without `r#`.
    pub name: String,
    /// The type that is decoded: `String` for `&str`, `Vec<u8>` for `&[u8]`.
    pub ty: syn::Type,
    /// By value or borrowed.
    pub passing: Passing,
}

/// How the decoded argument is handed to the method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passing {
    /// As it is.
    Value,
    /// `&str`, `&[u8]`.
    Borrowed,
}

/// What a method returns.
#[derive(Debug)]
pub struct Output {
    /// The success type; `()` where none is written, `Self` for a create.
    pub ty: syn::Type,
    /// Whether the declared type is a `Result`.
    pub fallible: bool,
    /// `E` of `Result<T, E>`, where it is written.
    pub error: Option<syn::Type>,
}

/// Who may come in by HTTP.
#[derive(Debug, Clone)]
pub enum Authorize {
    /// `authorize = public`: anyone, said explicitly.
    Public,
    /// `authorize = caller` or `authorize = (caller, object)`: a function in the Worker, and optionally one in the
    /// object.
    By {
        /// `async fn(&HttpCaller, &Env) -> Result<Who, Refusal>`.
        caller: syn::Path,
        /// `fn(&self, &Who) -> Result<(), Refusal>`.
        object: Option<syn::Path>,
    },
}

/// A block that was read.
pub(crate) struct Block {
    /// The key `authorize`.
    authorize_key: Option<syn::Path>,
    authorize: Option<Authorize>,
    self_ty: Option<syn::Path>,
    /// Whether some method has `http = …`.
    routed: bool,
    methods: Vec<Method>,
}

impl Annotated for Rpc {
    type Item = ItemImpl;
    type Read = Block;

    fn item(item: Item) -> syn::Result<ItemImpl> {
        match item {
            Item::Impl(item) => Ok(item),
            other => Err(rules::wrong_item(
                &other,
                "`#[durable_rpc]` goes on the impl block with the state's methods: `impl Counter { … }`",
            )),
        }
    }

    fn read(errors: &mut Errors, arguments: TokenStream, item: &ItemImpl) -> Block {
        let mut table = Table::of_arguments(errors, arguments, &keys::BLOCK);
        table.refuse_texts(errors);
        let authorize_key = table.key("authorize");
        let authorize = authorize::read(errors, &mut table, In::Block);
        let self_ty = self_path(item).cloned();
        let ident = self_ty.as_ref().and_then(last_ident);
        let functions = item.items.iter().filter_map(|member| match member {
            ImplItem::Fn(function) => method::read(errors, function, ident.as_ref(), authorize_key.is_some()),
            _ => None, // refused or let be by the rules
        });
        let members: Vec<_> = functions.collect();
        let routed = members.iter().any(|member| member.routed);
        let methods = members.into_iter().filter_map(|member| member.method).collect();
        Block { authorize_key, authorize, self_ty, routed, methods }
    }

    fn check(errors: &mut Errors, block: &Block, item: &ItemImpl) {
        check_item(errors, item);
        if let Some(key) = block.authorize_key.as_ref().filter(|_| !block.routed) {
            errors.at(
                key,
                "`authorize` guards HTTP routes and no method here has one: add `#[rpc(http = \"…\")]` or remove it",
            );
        }
        check_methods(errors, &block.methods);
    }

    fn make(block: Block, mut item: ItemImpl) -> Option<Self> {
        strip::strip_impl(&mut item);
        let Block { authorize, self_ty, methods, authorize_key: _, routed: _ } = block;
        let self_ty = self_ty?;
        let ident = last_ident(&self_ty)?;
        let mut rpc = Self { self_ty, ident, authorize, methods, item_hash: 0, item };
        rpc.item_hash = ItemHash::of(&rpc);
        Some(rpc)
    }
}

fn last_ident(path: &syn::Path) -> Option<Ident> {
    path.segments.last().map(|last| last.ident.clone())
}

fn check_item(errors: &mut Errors, item: &ItemImpl) {
    rules::refuse_generics(errors, &item.generics, "a state's impl block");
    rules::refuse_helpers(errors, &item.attrs, &[], "a block says everything in `#[durable_rpc(…)]`");
    if let Some(token) = &item.unsafety {
        errors.at(token, "a block of methods is not `unsafe`: remove it");
    }
    if let Some((path, token)) = &item.trait_ {
        let span = [quote::ToTokens::to_token_stream(path), quote::ToTokens::to_token_stream(token)];
        errors.at(
            span.into_iter().collect::<TokenStream>(),
            "methods that are called from outside stand in the state's own impl block, not in a trait's: `impl Counter { … }`",
        );
    }
    if self_path(item).is_none() && item.generics.params.is_empty() {
        errors.at(&item.self_ty, "methods belong to a `#[durable_state]` struct: write its name, `impl Counter { … }`");
    }
    for member in &item.items {
        match member {
            ImplItem::Fn(_) | ImplItem::Const(_) | ImplItem::Type(_) => {}
            other => errors.at(
                other,
                "the build script does not expand macros and would miss a method made by one: write it out, or move this \
                 to another impl block",
            ),
        }
    }
}

/// The state's path, if the block has one.
fn self_path(item: &ItemImpl) -> Option<&syn::Path> {
    types::as_path(&item.self_ty).filter(|path| path.segments.iter().all(|part| part.arguments.is_empty()))
}

fn check_methods(errors: &mut Errors, methods: &[Method]) {
    let mut seen: Vec<&Method> = Vec::new();
    for method in methods {
        if seen.iter().any(|first| first.name == method.name) {
            errors.at(&method.ident, format!("a second method `{}`: rename one", method.name));
        }
        if method.kind == MethodKind::Create
            && let Some(first) = seen.iter().find(|first| first.kind == MethodKind::Create)
        {
            errors.at(
                &method.ident,
                format!(
                    "an object begins in one way, with `{}`: keep one `create`, and tell the cases apart in it",
                    first.ident
                ),
            );
        }
        if let Some(http) = &method.http
            && let Some(first) =
                seen.iter().find(|first| first.http.as_ref().is_some_and(|first| first.is_same_route(http)))
        {
            let route = format!("{} {}", http.method.as_str(), http.pattern());
            errors.at(&method.ident, format!("`{route}` is the route of `{}` already: change one", first.ident));
        }
        seen.push(method);
    }
    if let Some(method) = methods.get(CLASS_MAX_METHODS) {
        errors.at(
            &method.ident,
            format!("a class has at most {CLASS_MAX_METHODS} methods, this one has {}", methods.len()),
        );
    }
}

/// Whether the method is callable by native RPC.
pub(crate) fn is_public(vis: &Visibility) -> bool {
    matches!(vis, Visibility::Public(_))
}
