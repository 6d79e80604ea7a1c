//! The application: every annotated item with the types it names.

pub(crate) mod capability;
pub(crate) mod routes;
pub(crate) mod rules;

use durably_contract::{decl, names};
use durably_model::{Config, Model, Place, Role, Rpc, State, TypedPlace, bare};

use crate::resolve::ty::Ty;
use crate::resolve::{Resolver, Unresolved};
use crate::scan::{Found, Scan};
use durably_contract::files::{Fault, Target};

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
    pub(crate) types: Vec<(Place, Ty)>,
}

impl Item {
    /// The type at a place; unknown where the item has none.
    pub(crate) fn ty(&self, place: &Place) -> &Ty {
        self.types.iter().find(|(known, _)| known == place).map_or(&Ty::Unknown, |(_, ty)| ty)
    }

    /// Whether the item names a type there.
    pub(crate) fn has(&self, place: &Place) -> bool {
        self.types.iter().any(|(known, _)| known == place)
    }

    /// The type of a field.
    pub(crate) fn field(&self, name: &str) -> &Ty {
        self.ty(&Place::Field(name.to_owned()))
    }

    /// The item's path below the crate.
    pub(crate) fn path(&self) -> String {
        let name = bare(self.found.model.ident());
        if self.module.is_empty() { name } else { format!("{}::{name}", self.module) }
    }

    pub(crate) fn fault(&self, target: Target, message: impl Into<String>) -> Fault {
        let Found { file, line, model, .. } = &self.found;
        Fault { item_hash: model.item_hash(), line: *line, file: file.clone(), target, message: message.into() }
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
        let decls: Vec<u64> = found
            .iter()
            .map(|found| decl::item(&scan.modules.get(found.module).path, found.model.item_hash()))
            .collect();
        let (mut items, mut faults, mut incomplete) = (Vec::new(), std::mem::take(&mut scan.faults), scan.incomplete);
        let resolver = Resolver { scan: &scan };
        for (found, decl) in found.into_iter().zip(decls) {
            let module = found.module;
            let mut item = Item { module: scan.modules.get(module).path.clone(), found, decl, types: Vec::new() };
            let places: Vec<_> =
                item.found.model.places().iter().map(|typed| resolved(typed, resolver, module)).collect();
            for (place, resolved) in places {
                let ty = resolved.unwrap_or_else(|unresolved| {
                    incomplete = true;
                    if let Unresolved::Fault(message) = unresolved {
                        let way_out = if may_be_json(&item.found.model, &place) { JSON } else { "" };
                        faults.push(item.fault(target_of(&place), format!("{message}{way_out}")));
                    }
                    Ty::Unknown
                });
                item.types.push((place, ty));
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
        app.check_types();
        app.check_routes();
        app.check_parameters();
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
        self.faults.iter().any(|fault| {
            fault.item_hash == model.item_hash()
                && fault.line == *line
                && fault.file == *file
                && fault.target != Target::Crate(())
        })
    }

    /// The classes, by name.
    pub(crate) fn classes(&self) -> Vec<Class<'_>> {
        let mut classes: Vec<Class<'_>> = self
            .items
            .iter()
            .enumerate()
            .filter_map(|(place, item)| {
                let Model::State(state) = &item.found.model else { return None };
                let name = bare(&state.ident);
                let binding = names::binding(&name);
                Some(Class { name, binding, item, state, rpc: self.rpc_of(place) })
            })
            .collect();
        classes.sort_by(|a, b| a.name.cmp(&b.name));
        classes
    }

    fn rpc_of(&self, state: usize) -> Option<(&Item, &Rpc)> {
        self.items.iter().find_map(|item| {
            let Model::Rpc(rpc) = &item.found.model else { return None };
            (item.ty(&Place::State) == &Ty::Item(state)).then_some((item, rpc))
        })
    }

    /// The configurations, by name.
    pub(crate) fn settings(&self) -> Vec<Settings<'_>> {
        let mut settings: Vec<Settings<'_>> = self
            .items
            .iter()
            .filter_map(|item| {
                let Model::Config(config) = &item.found.model else { return None };
                let name = bare(&config.ident);
                let (binding, key) = (names::binding(&name), names::config_key(&name));
                Some(Settings { name, binding, key, item, config })
            })
            .collect();
        settings.sort_by(|a, b| a.name.cmp(&b.name));
        settings
    }
}

/// The type at a place, with what it resolves to.
fn resolved(typed: &TypedPlace<'_>, resolver: Resolver<'_>, module: usize) -> (Place, Result<Ty, Unresolved>) {
    let ty = match typed.role {
        Role::Json => Ok(Ty::JSON),
        Role::State(path) => resolver.item(module, path).map(Ty::Item),
        Role::Value(ty) | Role::Setting(ty) | Role::Error(ty) => resolver.ty(module, ty),
        Role::Log { table, item: _ } | Role::Map { table, key: _, value: _ } => resolver.ty(module, table),
    };
    (typed.place.clone(), ty)
}

/// Whose span a fault at a place belongs to.
pub(crate) fn target_of(place: &Place) -> Target {
    match place {
        Place::Field(name) => Target::Field(name.clone()),
        Place::State => Target::Item(()),
        Place::Argument(method, argument) => Target::Argument(method.clone(), argument.clone()),
        Place::Success(method) | Place::Error(method) => Target::Method(method.clone()),
    }
}

/// Whether the type there may be stored through serde instead.
fn may_be_json(model: &Model, place: &Place) -> bool {
    matches!(place, Place::Field(_)) && matches!(model, Model::State(_) | Model::Durable(_))
}

/// No `bindings!()` is there to raise it: the first item does.
fn no_bindings(first: Option<&Item>, root: &str) -> Fault {
    let message = format!(
        "`{root}` has no `durably::bindings!();`, which includes what the build script found: add it at the end"
    );
    match first {
        Some(item) => item.fault(Target::Item(()), message),
        None => Fault::of_crate(root, 0, message),
    }
}

const JSON: &str = ", or mark the field `#[durable(json)]` to store it opaque through serde";
