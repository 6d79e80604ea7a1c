//! The application: every annotated item with the types it names.

use std::collections::BTreeMap;

use durably_model::{Arg, Config, DurableBody, DurableField, FieldKind, Fields, Fingerprint, MethodKind, Output, Route};
use durably_model::{Rpc, State, Variant, bare, binding_name, snake_case};

use crate::fault::{Fault, Target};
use crate::resolve::{Resolver, Trouble};
use crate::scan::{Found, Model, Scan, describe};
use crate::types::Ty;

/// A resolved application.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) items: Vec<Item>,
    pub(crate) faults: Vec<Fault>,
    /// Whether everything was understood: files are written only then.
    pub(crate) incomplete: bool,
    pub(crate) events: Vec<String>,
    /// Whether some macro runs that can raise faults.
    pub(crate) raised: bool,
}

/// An annotated item.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) module: String,
    pub(crate) found: Found,
    pub(crate) decl: u64,
    /// The types it names, in the order of `FIELDS` in `docs/formats.md`.
    pub(crate) types: Vec<(Site, Ty)>,
}

/// Where in an item a type stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Site {
    /// As [`Target::Field`] names it.
    Field(String),
    /// The state of an RPC block.
    State,
    Argument(String, String),
    Success(String),
    Error(String),
}

impl Site {
    fn target(&self) -> Target {
        match self {
            Self::Field(name) => Target::Field(name.clone()),
            Self::State => Target::Item(()),
            Self::Argument(method, argument) => Target::Argument(method.clone(), argument.clone()),
            Self::Success(method) | Self::Error(method) => Target::Method(method.clone()),
        }
    }
}

impl Item {
    /// The type at a place; unknown where the item has none.
    pub(crate) fn ty(&self, site: &Site) -> &Ty {
        self.types.iter().find(|(known, _)| known == site).map_or(&Ty::Unknown, |(_, ty)| ty)
    }

    /// Whether the item names a type there.
    pub(crate) fn has(&self, site: &Site) -> bool {
        self.types.iter().any(|(known, _)| known == site)
    }

    /// The type of a field.
    pub(crate) fn field(&self, name: &str) -> &Ty {
        self.ty(&Site::Field(name.to_owned()))
    }

    /// The item's path below the crate.
    pub(crate) fn path(&self) -> String {
        let name = bare(self.found.model.ident());
        if self.module.is_empty() { name } else { format!("{}::{name}", self.module) }
    }

    fn fault(&self, target: Target, message: impl Into<String>) -> Fault {
        let Found { file, line, model, .. } = &self.found;
        Fault { own: model.own(), line: *line, file: file.clone(), target, message: message.into() }
    }
}

/// A class: its name and its binding.
#[derive(Debug)]
pub(crate) struct Class<'a> {
    pub(crate) name: String,
    pub(crate) binding: String,
    pub(crate) item: &'a Item,
    pub(crate) state: &'a State,
    /// Its `#[durable_rpc]` block, with its place among the items.
    pub(crate) rpc: Option<(&'a Item, &'a Rpc)>,
}

/// A configuration: its binding and its key.
#[derive(Debug)]
pub(crate) struct Settings<'a> {
    pub(crate) name: String,
    pub(crate) binding: String,
    pub(crate) key: String,
    pub(crate) item: &'a Item,
    pub(crate) config: &'a Config,
}

impl App {
    /// Resolves what a scan found.
    pub(crate) fn resolve(mut scan: Scan) -> Self {
        let found = std::mem::take(&mut scan.found);
        let decls: Vec<u64> =
            found.iter().map(|found| Fingerprint::item(&scan.modules.get(found.module).path, found.model.own())).collect();
        let (mut items, mut faults, mut incomplete) = (Vec::new(), std::mem::take(&mut scan.faults), scan.incomplete);
        let resolver = Resolver { scan: &scan };
        for (found, decl) in found.into_iter().zip(decls) {
            let module = found.module;
            let mut item = Item { module: scan.modules.get(module).path.clone(), found, decl, types: Vec::new() };
            for (site, resolved) in types(&item.found.model, resolver, module) {
                let ty = resolved.unwrap_or_else(|trouble| {
                    incomplete = true;
                    if let Trouble::Fault(message) = trouble {
                        let way_out = if may_be_json(&item.found.model, &site) { JSON } else { "" };
                        faults.push(item.fault(site.target(), format!("{message}{way_out}")));
                    }
                    Ty::Unknown
                });
                item.types.push((site, ty));
            }
            items.push(item);
        }
        if !scan.bindings {
            faults.push(no_bindings(items.first(), &scan.root));
        }
        let raised = scan.bindings || !items.is_empty();
        let mut app = Self { items, faults, incomplete, events: scan.events.into_iter().collect(), raised };
        app.check_names();
        app.check_blocks();
        app
    }

    /// Whether files may be written.
    pub(crate) fn is_sound(&self) -> bool {
        self.faults.is_empty() && !self.incomplete
    }

    /// The DECLs of the items, as rustc will see them: a macro that raises a fault leaves a stub with 0, so that nothing
    /// follows from the fault.
    pub(crate) fn decls(&self) -> Vec<u64> {
        self.items.iter().map(|item| if self.is_faulted(item) { 0 } else { item.decl }).collect()
    }

    /// Whether the item's macro raises a fault, and so implements nothing.
    pub(crate) fn is_faulted(&self, item: &Item) -> bool {
        let Found { file, line, model, .. } = &item.found;
        self.faults.iter().any(|fault| fault.own == model.own() && fault.line == *line && fault.file == *file && fault.target != Target::Crate(()))
    }

    /// The classes, by name.
    pub(crate) fn classes(&self) -> Vec<Class<'_>> {
        let mut classes: Vec<Class<'_>> = self
            .items
            .iter()
            .enumerate()
            .filter_map(|(place, item)| match &item.found.model {
                Model::State(state) => {
                    let name = bare(&state.ident);
                    let binding = binding_name(&name);
                    Some(Class { name, binding, item, state, rpc: self.rpc_of(place) })
                }
                _ => None,
            })
            .collect();
        classes.sort_by(|a, b| a.name.cmp(&b.name));
        classes
    }

    fn rpc_of(&self, state: usize) -> Option<(&Item, &Rpc)> {
        self.items.iter().find_map(|item| match &item.found.model {
            Model::Rpc(rpc) if item.ty(&Site::State) == &Ty::Item(state) => Some((item, rpc)),
            _ => None,
        })
    }

    /// The configurations, by name.
    pub(crate) fn settings(&self) -> Vec<Settings<'_>> {
        let mut settings: Vec<Settings<'_>> = self
            .items
            .iter()
            .filter_map(|item| match &item.found.model {
                Model::Config(config) => {
                    let name = bare(&config.ident);
                    let (binding, key) = (binding_name(&name), snake_case(&name));
                    Some(Settings { name, binding, key, item, config })
                }
                _ => None,
            })
            .collect();
        settings.sort_by(|a, b| a.name.cmp(&b.name));
        settings
    }

    /// Classes and bindings share one name space each for the whole Worker, whatever module they stand in.
    fn check_names(&mut self) {
        let mut taken: BTreeMap<(&str, String), Vec<usize>> = BTreeMap::new();
        for (place, item) in self.items.iter().enumerate() {
            let name = bare(item.found.model.ident());
            match &item.found.model {
                Model::State(_) => {
                    taken.entry(("class", name.clone())).or_default().push(place);
                    taken.entry(("binding", binding_name(&name))).or_default().push(place);
                }
                Model::Config(_) => taken.entry(("binding", binding_name(&name))).or_default().push(place),
                _ => {}
            }
        }
        let mut faults: Vec<(usize, Fault)> = Vec::new();
        for ((kind, name), places) in &taken {
            for place in places.iter().filter(|_| places.len() > 1) {
                let others: Vec<String> = places.iter().filter(|other| *other != place).map(|other| self.place(*other)).collect();
                let others = others.join(", ");
                let message = match *kind {
                    "class" => format!("another `#[durable_state]` is called `{name}` ({others}): it is the name of the class at Cloudflare, which a Worker has once. Rename one"),
                    _ => format!("the binding `{name}` is also that of another item ({others}): a Worker has each name once. Rename one"),
                };
                // Two states of one name share the binding too: one message is enough.
                if !faults.iter().any(|(seen, _)| seen == place) || *kind == "class" {
                    faults.retain(|(seen, _)| seen != place);
                    faults.push((*place, self.items[*place].fault(Target::Item(()), message)));
                }
            }
        }
        faults.sort_by_key(|(place, _)| *place);
        self.faults.extend(faults.into_iter().map(|(_, fault)| fault));
    }

    fn place(&self, item: usize) -> String {
        let Found { file, line, .. } = &self.items[item].found;
        format!("{file}:{line}")
    }

    /// One `#[durable_rpc]` block for a state: a method's number is its place in the block.
    fn check_blocks(&mut self) {
        let mut faults = Vec::new();
        for (place, item) in self.items.iter().enumerate() {
            let Model::Rpc(_) = &item.found.model else { continue };
            let state = item.ty(&Site::State);
            let Ty::Item(target) = state else { continue };
            if !matches!(self.items[*target].found.model, Model::State(_)) {
                self.incomplete = true; // the block's macro asks for a state
                continue;
            }
            let other = (0..self.items.len()).find(|other| {
                *other != place && matches!(self.items[*other].found.model, Model::Rpc(_)) && self.items[*other].ty(&Site::State) == state
            });
            if let Some(other) = other {
                let message = format!(
                    "{} has another `#[durable_rpc]` block ({}): a state has one, in which every method has its number",
                    describe(&self.items[*target].found.model),
                    self.place(other),
                );
                faults.push(item.fault(Target::Item(()), message));
            }
        }
        self.faults.extend(faults);
    }
}

/// No `bindings!()` is there to raise it: the first item does.
fn no_bindings(first: Option<&Item>, root: &str) -> Fault {
    let message = format!("`{root}` has no `durably::bindings!();`, which includes what the build script found: add it at the end");
    match first {
        Some(item) => item.fault(Target::Item(()), message),
        None => Fault::of_crate(root, 0, message),
    }
}

const JSON: &str = ", or mark the field `#[durable(json)]` to store it opaque through serde";

fn may_be_json(model: &Model, site: &Site) -> bool {
    matches!(site, Site::Field(_)) && matches!(model, Model::State(_) | Model::Durable(_))
}

type Types = Vec<(Site, Result<Ty, Trouble>)>;

/// The types that an item names, in the order of `FIELDS`.
fn types(model: &Model, resolver: Resolver<'_>, module: usize) -> Types {
    let mut list = Lister { resolver, module, types: Vec::new() };
    match model {
        Model::State(state) => {
            for field in &state.fields {
                list.field(field.name.clone(), &field.ty, matches!(field.kind, FieldKind::Json));
            }
        }
        Model::Config(config) => {
            config.fields.iter().for_each(|field| list.field(field.name.clone(), &field.ty, false));
        }
        Model::Durable(durable) => match &durable.body {
            DurableBody::Struct(fields) => list.named(fields, ""),
            DurableBody::Newtype(ty) => list.field("0".into(), ty, false),
            DurableBody::Tuple(types) => list.tuple(types, ""),
            DurableBody::Unit => {}
            DurableBody::UnitEnum(variants) | DurableBody::Enum(variants) => {
                variants.iter().for_each(|variant| list.variant(variant));
            }
        },
        Model::Error(error) => error.variants.iter().for_each(|error| list.variant(&error.variant)),
        Model::Rpc(rpc) => {
            list.types.push((Site::State, resolver.item(module, &rpc.self_ty).map(Ty::Item)));
            for method in &rpc.methods {
                list.signature(&method.name, &method.args, &method.output, method.kind != MethodKind::Create);
            }
        }
        Model::Route(Route { ident, args, output, .. }) => list.signature(&bare(ident), args, output, true),
    }
    list.types
}

struct Lister<'a> {
    resolver: Resolver<'a>,
    module: usize,
    types: Types,
}

impl Lister<'_> {
    fn push(&mut self, site: Site, ty: &syn::Type) {
        self.types.push((site, self.resolver.ty(self.module, ty)));
    }

    fn field(&mut self, name: String, ty: &syn::Type, json: bool) {
        if json {
            self.types.push((Site::Field(name), Ok(Ty::JSON)));
        } else {
            self.push(Site::Field(name), ty);
        }
    }

    fn named(&mut self, fields: &[DurableField], prefix: &str) {
        fields.iter().for_each(|field| self.field(format!("{prefix}{}", field.name), &field.ty, field.json));
    }

    fn tuple(&mut self, types: &[syn::Type], prefix: &str) {
        types.iter().enumerate().for_each(|(place, ty)| self.field(format!("{prefix}{place}"), ty, false));
    }

    fn variant(&mut self, variant: &Variant) {
        let prefix = format!("{}.", variant.name);
        match &variant.fields {
            Fields::Unit => {}
            Fields::Tuple(types) => self.tuple(types, &prefix),
            Fields::Named(fields) => self.named(fields, &prefix),
        }
    }

    fn signature(&mut self, name: &str, args: &[Arg], output: &Output, success: bool) {
        for arg in args {
            self.push(Site::Argument(name.to_owned(), arg.name.clone()), &arg.ty);
        }
        if success {
            self.push(Site::Success(name.to_owned()), &output.ty);
        }
        if let Some(error) = &output.error {
            self.push(Site::Error(name.to_owned()), error);
        }
    }
}
