//! The names of types in a module: its own items and what it imports.

use std::collections::HashMap;

use durably_model::bare;
use syn::UseTree;

/// The crate's modules; the root is the first.
#[derive(Debug)]
pub(crate) struct Modules(Vec<Module>);

/// One module.
#[derive(Debug, Default)]
pub(crate) struct Module {
    /// Below the crate: `""` at the root, else `a::b`, as `module_path!()` prints it.
    pub(crate) path: String,
    pub(crate) parent: Option<usize>,
    names: HashMap<String, Vec<Name>>,
    /// `use path::*`.
    pub(crate) globs: Vec<UsePath>,
}

/// A name and what it stands for.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    pub(crate) what: What,
    /// Why it cannot be known whether this name exists.
    pub(crate) doubt: Option<String>,
}

/// What a name stands for.
#[derive(Debug, Clone)]
pub(crate) enum What {
    Module(usize),
    /// An annotated item: its place in the scan's list.
    Item(usize),
    /// An annotated item whose own macro reports what is wrong with it.
    Broken,
    /// A type without an annotation.
    Plain,
    Alias,
    Use(UsePath),
    /// `extern crate x`.
    Crate(String),
}

/// The path of an import.
#[derive(Debug, Clone)]
pub(crate) struct UsePath {
    /// Began with `::`.
    pub(crate) rooted: bool,
    pub(crate) segments: Vec<String>,
}

impl Modules {
    pub(crate) fn new() -> Self {
        Self(vec![Module::default()])
    }

    pub(crate) fn get(&self, id: usize) -> &Module {
        &self.0[id]
    }

    pub(crate) fn get_mut(&mut self, id: usize) -> &mut Module {
        &mut self.0[id]
    }

    /// The module `ident` in `parent`: the one that is there already if two conditions may both hold.
    pub(crate) fn child(&mut self, parent: usize, ident: &proc_macro2::Ident, doubt: Option<String>) -> usize {
        let name = bare(ident);
        let known = self.0[parent].names(&name).iter().find_map(|name| match name.what {
            What::Module(id) => Some(id),
            _ => None,
        });
        known.unwrap_or_else(|| {
            let id = self.0.len();
            let shown = printed(&name);
            let path = match self.0[parent].path.as_str() {
                "" => shown,
                above => format!("{above}::{shown}"),
            };
            self.0.push(Module { path, parent: Some(parent), ..Module::default() });
            self.0[parent].add(name, What::Module(id), doubt);
            id
        })
    }
}

/// As `module_path!()` prints a name: `r#` only before a keyword.
fn printed(name: &str) -> String {
    if syn::parse_str::<syn::Ident>(name).is_ok() { name.to_owned() } else { format!("r#{name}") }
}

impl Module {
    pub(crate) fn add(&mut self, name: String, what: What, doubt: Option<String>) {
        self.names.entry(name).or_default().push(Name { what, doubt });
    }

    /// Everything that may stand behind a name; usually one thing.
    pub(crate) fn names(&self, name: &str) -> &[Name] {
        self.names.get(name).map_or(&[], Vec::as_slice)
    }

    /// The imports of a `use`.
    pub(crate) fn import(&mut self, item: &syn::ItemUse, doubt: Option<&String>) {
        let path = UsePath { rooted: item.leading_colon.is_some(), segments: Vec::new() };
        self.import_tree(&item.tree, path, doubt);
    }

    fn import_tree(&mut self, tree: &UseTree, mut path: UsePath, doubt: Option<&String>) {
        match tree {
            UseTree::Path(below) => {
                path.segments.push(bare(&below.ident));
                self.import_tree(&below.tree, path, doubt);
            }
            UseTree::Name(name) => {
                // `use a::{self}` imports `a` under its own name.
                let name = if name.ident == "self" { String::new() } else { bare(&name.ident) };
                self.import_name(path, &name, None, doubt);
            }
            UseTree::Rename(rename) => {
                let name = if rename.ident == "self" { String::new() } else { bare(&rename.ident) };
                self.import_name(path, &name, Some(bare(&rename.rename)), doubt);
            }
            UseTree::Glob(_) => self.globs.push(path),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.import_tree(tree, path.clone(), doubt);
                }
            }
        }
    }

    fn import_name(&mut self, mut path: UsePath, name: &str, rename: Option<String>, doubt: Option<&String>) {
        if !name.is_empty() {
            path.segments.push(name.to_owned());
        }
        let Some(local) = rename.or_else(|| path.segments.last().cloned()) else { return };
        if local != "_" {
            self.add(local, What::Use(path), doubt.cloned());
        }
    }
}
