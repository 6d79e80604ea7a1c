//! What methods and routes take and return.

use proc_macro2::Ident;
use syn::{
    FnArg, GenericParam, Pat, PatType, ReturnType, Safety, Signature, Type, TypeReference, parse_quote_spanned,
    spanned::Spanned,
};

use crate::{
    Arg, Errors, Output, Passing, bare,
    check::rules,
    syntax::types::{self, Position},
};

/// What a function is told about its call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Context {
    /// `cx: &Cx`, in a transaction.
    Method,
    /// `cx: &RouteCx`, in the Worker.
    Route,
    /// Nothing: an async method has its handle.
    Async,
}

/// The parameters behind a receiver.
pub(crate) struct Inputs {
    pub(crate) takes_cx: bool,
    pub(crate) args: Vec<Arg>,
}

/// Reads the parameters, the context first.
pub(crate) fn read_inputs<'a>(
    errors: &mut Errors,
    inputs: impl Iterator<Item = &'a FnArg>,
    context: Context,
) -> Inputs {
    let mut read = Inputs { takes_cx: false, args: Vec::new() };
    for (place, input) in inputs.enumerate() {
        let FnArg::Typed(typed) = input else { continue };
        if is_context(&typed.ty) {
            read.takes_cx = true;
            check_context(errors, typed, place, context);
        } else if let Some(arg) = read_arg(errors, typed) {
            read.args.push(arg);
        }
    }
    read
}

/// Reads the return type.
pub(crate) fn read_output(errors: &mut Errors, output: &ReturnType) -> Output {
    let unit = || syn::parse_quote!(());
    let ReturnType::Type(_, ty) = output else { return Output { ty: unit(), fallible: false, error: None } };
    let ty = types::bared(ty);
    if !types::is_named(ty, "Result") {
        return Output { ty: ty.clone(), fallible: false, error: None };
    }
    match types::arguments(ty).as_slice() {
        [success] => Output { ty: (*success).clone(), fallible: true, error: None },
        [success, error] => {
            types::check(errors, error, Position::Result);
            Output { ty: (*success).clone(), fallible: true, error: Some((*error).clone()) }
        }
        _ => {
            errors.at(ty, "write what a success is: `Result<T, E>`");
            Output { ty: unit(), fallible: true, error: None }
        }
    }
}

/// Functions that come from outside have one plain form.
pub(crate) fn refuse_qualifiers(errors: &mut Errors, sig: &Signature, what: &str) {
    if let Some(token) = &sig.constness {
        errors.at(token, format!("{what} is not `const`: remove it"));
    }
    if let Safety::Unsafe(token) = &sig.safety {
        errors.at(
            token,
            format!("{what} is called with input from outside, which can't keep an `unsafe` contract: remove it"),
        );
    }
    if let Some(abi) = &sig.abi {
        errors.at(abi, format!("{what} has no foreign ABI: remove it"));
    }
    let lifetimes = sig.generics.params.iter().all(|param| matches!(param, GenericParam::Lifetime(_)));
    if lifetimes && !sig.generics.params.is_empty() {
        errors.at(&sig.generics.params, format!("{what} has no lifetimes: take owned values, `&str` or `&[u8]`"));
    } else if !sig.generics.params.is_empty() {
        errors.at(&sig.generics.params, format!("{what} is called by name and has one signature: write the types out"));
    }
    if let Some(clause) = &sig.generics.where_clause {
        errors.at(clause, format!("{what} has no where clause: write the types out"));
    }
}

fn is_context(ty: &Type) -> bool {
    let ty = match types::bared(ty) {
        Type::Reference(reference) => &reference.elem,
        other => other,
    };
    types::is_named(ty, "Cx") || types::is_named(ty, "RouteCx")
}

fn check_context(errors: &mut Errors, typed: &PatType, place: usize, context: Context) {
    let (name, what) = match context {
        Context::Method => ("Cx", "a method"),
        Context::Route => ("RouteCx", "a route"),
        Context::Async => {
            let text = "a context belongs to one transaction and an async method runs through several: take it there, \
                        `this.write(|state, cx| …)`";
            return errors.at(typed, text);
        }
    };
    match types::bared(&typed.ty) {
        Type::Reference(TypeReference { mutability: None, elem, .. }) if types::is_named(elem, name) => {
            if place > 0 {
                errors.at(typed, format!("`cx: &{name}` comes before every argument: move it to the front"));
            }
        }
        other => errors.at(other, format!("{what}'s context is `cx: &{name}`")),
    }
}

fn read_arg(errors: &mut Errors, typed: &PatType) -> Option<Arg> {
    rules::refuse_cfg(errors, &typed.attrs, "an argument", "keep it, or make it an `Option`");
    rules::refuse_helpers(errors, &typed.attrs, &[], "an argument takes no attribute");
    let (ty, passing) = read_type(errors, &typed.ty);
    let ident = read_name(errors, &typed.pat)?;
    rules::check_own_prefix(errors, &ident);
    Some(Arg { name: bare(&ident), ident, ty, passing })
}

fn read_name(errors: &mut Errors, pat: &Pat) -> Option<Ident> {
    match pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => Some(pat.ident.clone()),
        _ => {
            errors.at(
                pat,
                "callers know an argument by its name: write a name here and take the value apart in the body",
            );
            None
        }
    }
}

fn read_type(errors: &mut Errors, ty: &Type) -> (Type, Passing) {
    let Type::Reference(reference) = types::bared(ty) else {
        types::check(errors, ty, Position::Argument);
        return (ty.clone(), Passing::Value);
    };
    let span = reference.elem.span();
    let owned = match types::bared(&reference.elem) {
        inner if types::is_named(inner, "str") => Some(parse_quote_spanned!(span=> String)),
        Type::Slice(slice) if types::is_named(&slice.elem, "u8") => Some(parse_quote_spanned!(span=> Vec<u8>)),
        _ => None,
    };
    let Some(owned) = owned else {
        let instead = borrowed_instead(&reference.elem);
        errors.at(
            ty,
            format!("an argument arrives from outside, so only `&str` and `&[u8]` can be borrowed: write {instead}"),
        );
        return (ty.clone(), Passing::Borrowed);
    };
    if let Some(token) = &reference.mutability {
        errors.at(token, "an argument is the caller's, a change would be lost: write it without `mut`");
    }
    if let Some(lifetime) = &reference.lifetime {
        errors.at(lifetime, "an argument lives as long as its call: write it without the lifetime");
    }
    (owned, Passing::Borrowed)
}

fn borrowed_instead(elem: &Type) -> String {
    match types::bared(elem) {
        inner if types::is_named(inner, "String") => "`&str`".to_owned(),
        inner if types::only_argument(inner, "Vec").is_some_and(|item| types::is_named(item, "u8")) => {
            "`&[u8]`".to_owned()
        }
        Type::Slice(slice) => format!("`Vec<{}>`", types::shown(&slice.elem)),
        inner => format!("`{}`", types::shown(inner)),
    }
}
