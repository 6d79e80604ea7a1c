//! Examples packed into few crates: each is a module of its own, and no two in a crate have a class or a route in common.

use std::collections::BTreeSet;

use syn::visit::Visit;
use syn::{Attribute, ItemFn, ItemStruct, LitStr};

use crate::fence::Fence;

/// What an example is to its crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Items: a module.
    Module,
    /// Statements: the body of a function, a test that is run unless it is marked `no_run`.
    Body,
    /// It has `durably::bindings!()`, which stands at the root.
    Root,
    /// It calls `durably_build`.
    BuildScript,
}

/// A crate made of examples.
#[derive(Debug, Default)]
pub(crate) struct Crate {
    pub(crate) fences: Vec<(Fence, Role)>,
    /// Names of which an application has one.
    taken: BTreeSet<String>,
    routes: Vec<String>,
    /// Nothing else may be in it.
    alone: bool,
    /// Whether it has tests, which are run.
    pub(crate) runs: bool,
}

/// Puts each example into the first crate that has room for it.
pub(crate) fn crates(fences: Vec<Fence>) -> Vec<Crate> {
    let mut crates: Vec<Crate> = Vec::new();
    for fence in fences {
        // A text that stands in two places is compiled once.
        let same = |one: &&Crate| one.fences.iter().any(|(known, _)| known.code == fence.code);
        if crates.iter().find(same).is_none() {
            add(&mut crates, fence);
        }
    }
    crates
}

fn add(crates: &mut Vec<Crate>, fence: Fence) {
    let found = Found::of(&fence);
    let role = found.role;
    let alone = fence.refused || matches!(role, Role::Root | Role::BuildScript);
    let room = |one: &&mut Crate| !alone && one.has_room(&found);
    let place = crates.iter_mut().find(room);
    let one = if let Some(one) = place {
        one
    } else {
        crates.push(Crate { alone, runs: found.runs, ..Crate::default() });
        let Some(last) = crates.last_mut() else { return };
        last
    };
    one.taken.extend(found.names);
    one.routes.extend(found.routes);
    one.fences.push((fence, role));
}

impl Crate {
    fn has_room(&self, found: &Found) -> bool {
        let meets = |route: &String| self.routes.iter().any(|other| may_meet(route, other));
        !self.alone
            && self.runs == found.runs
            && self.taken.is_disjoint(&found.names)
            && !found.routes.iter().any(meets)
    }
}

/// Whether one path may match both routes.
fn may_meet(one: &str, other: &str) -> bool {
    let segments =
        |route: &str| route.trim_start_matches(|c| c != '/').split('/').map(str::to_owned).collect::<Vec<_>>();
    let (one, other) = (segments(one), segments(other));
    let same = |(a, b): (&String, &String)| a == b || a.starts_with('{') || b.starts_with('{');
    one.len() == other.len() && one.iter().zip(&other).all(same)
}

/// What an example has that others must not have too.
struct Found {
    role: Role,
    names: BTreeSet<String>,
    routes: Vec<String>,
    runs: bool,
}

impl Found {
    fn of(fence: &Fence) -> Self {
        let mut found = Self { role: Role::Module, names: BTreeSet::new(), routes: Vec::new(), runs: false };
        if fence.code.contains("durably_build::") {
            found.role = Role::BuildScript;
        } else if fence.code.contains("durably::bindings!") {
            found.role = Role::Root;
        } else if has_statements(&fence.code) {
            (found.role, found.runs) = (Role::Body, !fence.still);
        }
        if let Ok(file) = syn::parse_file(&fence.code) {
            found.visit_file(&file);
        }
        found
    }
}

/// Whether the code is more than items. A call of a macro reads as an item too.
fn has_statements(code: &str) -> bool {
    match syn::parse_file(code) {
        Ok(file) => file.items.iter().any(|item| matches!(item, syn::Item::Macro(call) if call.ident.is_none())),
        Err(_) => syn::parse_str::<syn::Block>(&format!("{{{code}}}")).is_ok(),
    }
}

impl Visit<'_> for Found {
    fn visit_item_struct(&mut self, item: &ItemStruct) {
        if item.attrs.iter().any(|attribute| is(attribute, "durable_state") || is(attribute, "kv_config")) {
            self.names.insert(item.ident.to_string());
        }
        syn::visit::visit_item_struct(self, item);
    }

    fn visit_item_fn(&mut self, item: &ItemFn) {
        if item.attrs.iter().any(|attribute| is(attribute, "event")) {
            self.names.insert("#[event(fetch)]".to_owned());
        }
        self.runs |= item.attrs.iter().any(|attribute| is(attribute, "test"));
        syn::visit::visit_item_fn(self, item);
    }

    fn visit_attribute(&mut self, attribute: &Attribute) {
        if is(attribute, "rpc") || is(attribute, "durable_route") {
            let texts = attribute.parse_args_with(|input: syn::parse::ParseStream<'_>| {
                let mut texts = Vec::new();
                while !input.is_empty() {
                    match input.parse::<LitStr>() {
                        Ok(text) => texts.push(text.value()),
                        Err(_) => drop(input.parse::<proc_macro2::TokenTree>()?),
                    }
                }
                Ok(texts)
            });
            self.routes.extend(texts.into_iter().flatten().filter(|text| text.contains(" /")));
        }
    }
}

fn is(attribute: &Attribute, name: &str) -> bool {
    attribute.path().is_ident(name)
}
