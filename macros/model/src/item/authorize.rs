//! `authorize = …`: who may come in by HTTP.

use syn::{Expr, Path};

use crate::{
    Authorize, Errors,
    syntax::{attribute::Found, attribute::Table},
};

/// What to say where a route lets in nobody knows whom.
pub(crate) const MISSING: &str = "a route says who may call it: add `authorize = path::to::function`, or `authorize = \
                                  public` for anyone";

/// Where the key stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum In {
    Block,
    Method,
    Route,
}

/// Reads `authorize` from an attribute.
pub(crate) fn read(errors: &mut Errors, table: &mut Table, place: In) -> Option<Authorize> {
    let Found { value, .. } = table.expr(errors, "authorize", "public")?;
    let read = match &value {
        Expr::Path(path) if path.qself.is_none() => Some(one(&path.path)),
        Expr::Tuple(tuple) => {
            let paths: Vec<&Path> =
                tuple.elems.iter().filter_map(as_path).filter(|path| !path.is_ident("public")).collect();
            match (paths.as_slice(), tuple.elems.len()) {
                ([caller, object], 2) => {
                    Some(Authorize::By { caller: (*caller).clone(), object: Some((*object).clone()) })
                }
                _ => None,
            }
        }
        _ => None,
    };
    match (&read, place) {
        (None, _) => errors.at(
            &value,
            "`authorize` takes the path of a function, `(caller, object)` for one in the Worker and one in the object, or \
             `public`",
        ),
        (Some(Authorize::By { object: Some(object), .. }), In::Route) => {
            errors.at(object, "no single object answers a route, so nothing there can be asked: give one function");
        }
        _ => {}
    }
    read
}

fn one(path: &Path) -> Authorize {
    if path.is_ident("public") { Authorize::Public } else { Authorize::By { caller: path.clone(), object: None } }
}

fn as_path(expr: &Expr) -> Option<&Path> {
    match expr {
        Expr::Path(path) if path.qself.is_none() => Some(&path.path),
        _ => None,
    }
}
