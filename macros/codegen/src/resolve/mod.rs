//! From a type's tokens to what they stand for: same-module names, `use`, `crate`/`self`/`super` paths, re-exports.
//!
//! What is wrong here does not compile: the macro compares the DECLs that follow from it with those of rustc.

pub(crate) mod paths;
pub(crate) mod ty;

use durably_model::bare;
use syn::{GenericArgument, PathArguments, Type};

use crate::resolve::ty::Ty;
use crate::scan::Scan;
use crate::scan::scope::{Name, UsePath, What};

/// Why a type could not be resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unresolved {
    /// rustc or another macro reports it.
    Reported,
    /// A fault, with what to write instead.
    Fault(String),
}

/// What a path leads to.
#[derive(Debug, Clone)]
enum Entity {
    Module(usize),
    Item(usize),
    /// A path into another crate, beginning with its name.
    Foreign(Vec<String>),
    Builtin(&'static str),
    Alias,
    /// An annotated item whose macro reports a mistake.
    Broken,
    /// A type without annotation.
    Unannotated,
}

/// Resolves names against a scan.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resolver<'a> {
    pub(crate) scan: &'a Scan,
}

type Seen<'s> = &'s mut Vec<(usize, String)>;

impl Resolver<'_> {
    /// What a type written in `module` stands for.
    pub(crate) fn ty(self, module: usize, ty: &Type) -> Result<Ty, Unresolved> {
        match ty {
            Type::Group(inner) => self.ty(module, &inner.elem),
            Type::Paren(inner) => self.ty(module, &inner.elem),
            Type::Tuple(tuple) if tuple.elems.is_empty() => Ok(Ty::UNIT),
            Type::Tuple(tuple) => {
                let elements = tuple.elems.iter().map(|element| self.ty(module, element));
                Ok(Ty::Builtin("tuple", elements.collect::<Result<_, _>>()?))
            }
            Type::Array(array) => {
                let element = self.ty(module, &array.elem)?;
                Ok(Ty::Array(Box::new(element), length(&array.len)?))
            }
            Type::Path(path) if path.qself.is_none() => self.path(module, &path.path),
            _ => Err(Unresolved::Reported), // the model refuses every other kind of type
        }
    }

    /// The item that a path names, if it names one.
    pub(crate) fn item(self, module: usize, path: &syn::Path) -> Result<usize, Unresolved> {
        match self.entity(module, &use_path(path), false, &mut Vec::new())? {
            Entity::Item(item) => Ok(item),
            Entity::Alias => Err(alias(&shown(path))),
            _ => Err(Unresolved::Reported),
        }
    }

    fn path(self, module: usize, path: &syn::Path) -> Result<Ty, Unresolved> {
        let name = match self.entity(module, &use_path(path), false, &mut Vec::new())? {
            Entity::Item(item) => return Ok(Ty::Item(item)),
            Entity::Builtin(name) => name,
            Entity::Broken => return Ok(Ty::Unknown),
            Entity::Alias => return Err(alias(&shown(path))),
            Entity::Foreign(real) => return Err(foreign(&real)),
            Entity::Module(_) | Entity::Unannotated => return Err(Unresolved::Reported),
        };
        let mut arguments = Vec::new();
        if let Some(PathArguments::AngleBracketed(list)) = path.segments.last().map(|segment| &segment.arguments) {
            for argument in &list.args {
                let GenericArgument::Type(argument) = argument else { return Err(Unresolved::Reported) };
                arguments.push(self.ty(module, argument)?);
            }
        }
        if arguments.len() == paths::arity(name) {
            return Ok(Ty::Builtin(name, arguments));
        }
        if name == "HashMap" && arguments.len() == 3 {
            let message = "a `HashMap` is stored without its hasher: write it with two arguments";
            return Err(Unresolved::Fault(message.into()));
        }
        Err(Unresolved::Reported)
    }

    fn entity(self, module: usize, path: &UsePath, import: bool, seen: Seen<'_>) -> Result<Entity, Unresolved> {
        let Some((first, mut rest)) = path.segments.split_first() else { return Err(Unresolved::Reported) };
        // `use serde_json;` imports a crate; a type of one segment is none.
        let may_be_crate = import || !rest.is_empty();
        let mut at = if path.rooted { krate(first) } else { self.first(module, first, may_be_crate, seen)? };
        while let Some((next, after)) = rest.split_first() {
            at = self.step(at, next, seen)?;
            rest = after;
        }
        match at {
            Entity::Foreign(real) => match paths::of_crate(&real) {
                Some(name) => Ok(Entity::Builtin(name)),
                None => Ok(Entity::Foreign(real)),
            },
            other => Ok(other),
        }
    }

    fn first(self, module: usize, name: &str, may_be_crate: bool, seen: Seen<'_>) -> Result<Entity, Unresolved> {
        let here = self.scan.modules.get(module);
        match name {
            "crate" => return Ok(Entity::Module(0)),
            "self" => return Ok(Entity::Module(module)),
            "super" => return here.parent.map(Entity::Module).ok_or(Unresolved::Reported),
            _ => {}
        }
        if let Some(found) = self.named(module, name, seen)? {
            return Ok(found);
        }
        // What follows is in rustc's order: the prelude's glob, other crates, the language's own names. A name that
        // another glob might bring as well is taken for these; if that is wrong, the DECLs differ.
        if let Some(builtin) = self.of_prelude_glob(module, name) {
            return Ok(Entity::Builtin(builtin));
        }
        if let Some(builtin) = paths::of_language(name).filter(|_| !may_be_crate) {
            return Ok(Entity::Builtin(builtin));
        }
        if self.has_other_glob(module) && !["durably", "std", "core", "alloc"].contains(&name) {
            return Err(glob(name));
        }
        if may_be_crate { Ok(krate(name)) } else { Err(Unresolved::Reported) }
    }

    fn step(self, at: Entity, name: &str, seen: Seen<'_>) -> Result<Entity, Unresolved> {
        match at {
            Entity::Module(module) if name == "super" => {
                self.scan.modules.get(module).parent.map(Entity::Module).ok_or(Unresolved::Reported)
            }
            Entity::Module(module) if name == "self" => Ok(Entity::Module(module)),
            Entity::Module(module) => {
                if let Some(found) = self.named(module, name, seen)? {
                    return Ok(found);
                }
                match self.of_prelude_glob(module, name) {
                    Some(builtin) => Ok(Entity::Builtin(builtin)),
                    None if self.has_other_glob(module) => Err(glob(name)),
                    None => Err(Unresolved::Reported),
                }
            }
            Entity::Foreign(mut real) => {
                real.push(name.to_owned());
                Ok(Entity::Foreign(real))
            }
            _ => Err(Unresolved::Reported),
        }
    }

    /// What a module's own items and imports say about a name.
    fn named(self, module: usize, name: &str, seen: Seen<'_>) -> Result<Option<Entity>, Unresolved> {
        let here = (module, name.to_owned());
        if seen.contains(&here) {
            return Ok(None); // `use serde_json;` stands for the crate
        }
        let names = self.scan.modules.get(module).names(name);
        // An import of a macro or a function may have the name of a type that is defined here.
        let own = names.iter().find(|name| !matches!(name.what, What::Use(_)));
        let Some(Name { what, .. }) = own.or(names.first()) else { return Ok(None) };
        // A doubtful item is a fault already; what is about to be said of it would follow from that.
        let certain = matches!(what, What::Item(_) | What::Broken);
        if let Some(why) = names.iter().find_map(|name| name.doubt.as_ref()).filter(|_| !certain) {
            return Err(Unresolved::Fault(format!(
                "what `{name}` stands for cannot be known when the build script runs: {why}. Take the `#[cfg]` off"
            )));
        }
        match what {
            What::Module(id) => Ok(Some(Entity::Module(*id))),
            What::Item(item) => Ok(Some(Entity::Item(*item))),
            What::Broken => Ok(Some(Entity::Broken)),
            What::Plain => Ok(Some(Entity::Unannotated)),
            What::Alias => Ok(Some(Entity::Alias)),
            What::Crate(krate_name) if krate_name == "crate" => Ok(Some(Entity::Module(0))),
            What::Crate(krate_name) => Ok(Some(krate(krate_name))),
            What::Use(path) => {
                seen.push(here);
                let found = self.entity(module, path, true, seen);
                seen.pop();
                found.map(Some)
            }
        }
    }

    fn of_prelude_glob(self, module: usize, name: &str) -> Option<&'static str> {
        let globs = &self.scan.modules.get(module).globs;
        globs.iter().any(is_prelude).then(|| paths::of_durably_prelude(name))?
    }

    fn has_other_glob(self, module: usize) -> bool {
        !self.scan.modules.get(module).globs.iter().all(is_prelude)
    }
}

fn is_prelude(path: &UsePath) -> bool {
    path.segments == ["durably", "prelude"]
}

/// Where a path into another crate begins.
fn krate(name: &str) -> Entity {
    Entity::Foreign(vec![name.to_owned()])
}

fn use_path(path: &syn::Path) -> UsePath {
    UsePath {
        rooted: path.leading_colon.is_some(),
        segments: path.segments.iter().map(|segment| bare(&segment.ident)).collect(),
    }
}

fn shown(path: &syn::Path) -> String {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>().join("::")
}

fn length(expr: &syn::Expr) -> Result<u64, Unresolved> {
    if let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(length), .. }) = expr
        && let Ok(length) = length.base10_parse()
    {
        return Ok(length);
    }
    Err(Unresolved::Fault("the build script cannot compute the length of this array: write it as a number".into()))
}

fn glob(name: &str) -> Unresolved {
    Unresolved::Fault(format!(
        "the build script does not know where `{name}` comes from: it follows no glob import but \
         `durably::prelude::*`. Import `{name}` by its name, or write the path here"
    ))
}

fn alias(name: &str) -> Unresolved {
    Unresolved::Fault(format!(
        "`{name}` is a type alias, and the build script reads the names of types, not what they stand for: write the \
         path of the type itself"
    ))
}

fn foreign(path: &[String]) -> Unresolved {
    let shown = path.join("::");
    let parts: Vec<&str> = path.iter().map(String::as_str).collect();
    Unresolved::Fault(match parts.as_slice() {
        ["uuid", "Uuid"] => "`uuid::Uuid` is a type of another crate: write the path `durably::Uuid`".into(),
        ["durably", ..] => {
            format!("`{shown}` is no type that can be stored or sent: use one of this crate with `#[derive(Durable)]`")
        }
        ["std" | "core" | "alloc", ..] => format!(
            "`{shown}` is a type of the standard library that durably does not store: use one of this crate with \
             `#[derive(Durable)]`"
        ),
        _ => format!(
            "`{shown}` is a type of another crate, which this build script cannot see into: use one of this crate with \
             `#[derive(Durable)]`"
        ),
    })
}
