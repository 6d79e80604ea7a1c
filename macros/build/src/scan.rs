//! The scan: follows `mod` from the library's first file and collects what is annotated and what names mean.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use durably_model::{Config, Durable, DurableError, Route, Rpc, State, bare};
use proc_macro2::Ident;
use syn::{Attribute, Item};

use crate::annotation::{Annotation, Attributes, attributes_of, durably_name};
use crate::cfg::{Conditions, Truth};
use crate::fault::{Fault, Target};
use crate::fields::configure_fields;
use crate::scope::{Modules, What};
use crate::source::{Folder, Sources};

/// What the sources say, before any name is resolved.
#[derive(Debug)]
pub(crate) struct Scan {
    pub(crate) modules: Modules,
    /// In the order of the sources.
    pub(crate) found: Vec<Found>,
    pub(crate) faults: Vec<Fault>,
    /// Something is missing that rustc or a macro will report.
    pub(crate) incomplete: bool,
    /// `bindings!()` stands at the crate's root, or the root cannot be read.
    pub(crate) bindings: bool,
    /// The Worker's own handlers, from `#[event(…)]`.
    pub(crate) events: BTreeSet<String>,
    /// The library's first file, relative to the crate.
    pub(crate) root: String,
}

/// An annotated item whose model was accepted.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) module: usize,
    pub(crate) file: String,
    /// Of the identifier.
    pub(crate) line: usize,
    /// It may not exist; a fault says so already.
    pub(crate) doubtful: bool,
    pub(crate) model: Model,
}

/// One of the models.
#[derive(Debug)]
pub(crate) enum Model {
    State(State),
    Rpc(Rpc),
    Config(Config),
    Route(Route),
    Durable(Durable),
    Error(DurableError),
}

impl Model {
    pub(crate) fn ident(&self) -> &Ident {
        match self {
            Self::State(model) => &model.ident,
            Self::Rpc(model) => &model.ident,
            Self::Config(model) => &model.ident,
            Self::Route(model) => &model.ident,
            Self::Durable(model) => &model.ident,
            Self::Error(model) => &model.ident,
        }
    }

    pub(crate) fn own(&self) -> u64 {
        match self {
            Self::State(model) => model.own,
            Self::Rpc(model) => model.own,
            Self::Config(model) => model.own,
            Self::Route(model) => model.own,
            Self::Durable(model) => model.own,
            Self::Error(model) => model.own,
        }
    }
}

/// Scans a library from its first file.
pub(crate) fn scan(sources: &mut Sources, conditions: &Conditions) -> Scan {
    let root = sources.library();
    let mut scanner = Scanner {
        scan: Scan {
            modules: Modules::new(),
            found: Vec::new(),
            faults: Vec::new(),
            incomplete: false,
            bindings: false,
            events: BTreeSet::new(),
            root: sources.relative(&root),
        },
        sources,
        conditions,
        open: Vec::new(),
    };
    let folder = Folder::of_root(&root);
    scanner.file(&root, 0, folder, None);
    scanner.scan
}

struct Scanner<'a> {
    scan: Scan,
    sources: &'a mut Sources,
    conditions: &'a Conditions,
    /// The files being read: `#[path]` can make a circle.
    open: Vec<PathBuf>,
}

/// Where an item stands.
#[derive(Clone)]
struct Place {
    module: usize,
    file: String,
    folder: Folder,
    doubt: Option<String>,
}

impl Scanner<'_> {
    fn file(&mut self, path: &Path, module: usize, folder: Folder, doubt: Option<String>) {
        if self.open.iter().any(|open| open == path) {
            self.scan.incomplete = true;
            return;
        }
        let Some(file) = self.sources.read(path).and_then(|text| syn::parse_file(&text).ok()) else {
            self.scan.incomplete = true; // missing or malformed: rustc says where
            self.scan.bindings |= module == 0;
            return;
        };
        let Some(doubt) = self.exists(&Attributes::read(&file.attrs, self.conditions), doubt) else { return };
        self.open.push(path.to_owned());
        let place = Place { module, file: self.sources.relative(path), folder, doubt };
        self.items(file.items, &place);
        self.open.pop();
    }

    fn items(&mut self, items: Vec<Item>, place: &Place) {
        for item in items {
            let attributes = Attributes::read(attributes_of(&item), self.conditions);
            let conditional = attributes.conditional.clone();
            // An annotation under a condition that fails is looked at all the same: on the host it may hold.
            let attributes = match (&conditional, &attributes.exists) {
                (Some(Truth::False), Truth::True) => {
                    self.hidden(&item, place);
                    attributes
                }
                _ => attributes,
            };
            if let Some(doubt) = self.exists(&attributes, place.doubt.clone()) {
                let place = Place { doubt, ..place.clone() };
                let before = self.scan.found.len();
                self.item(item, attributes, &place);
                if matches!(conditional, Some(Truth::True | Truth::Unknown(_))) {
                    self.conditional(before, conditional == Some(Truth::True));
                }
            }
        }
    }

    /// `None` if the item does not exist, else why that is not certain.
    #[allow(clippy::option_option)] // gone, certain, or doubtful with the reason
    fn exists(&mut self, attributes: &Attributes, doubt: Option<String>) -> Option<Option<String>> {
        match &attributes.exists {
            Truth::True => Some(doubt),
            Truth::False => None,
            Truth::Unknown(why) => Some(Some(doubt.unwrap_or_else(|| why.clone()))),
        }
    }

    fn item(&mut self, item: Item, mut attributes: Attributes, place: &Place) {
        match item {
            Item::Mod(item) => self.module(item, &attributes, place),
            Item::Use(item) => {
                self.scan.modules.get_mut(place.module).import(&item, place.doubt.as_ref());
            }
            Item::Struct(mut item) => {
                item.attrs.clear();
                self.type_item(Item::Struct(item), attributes, place);
            }
            Item::Enum(mut item) => {
                item.attrs.clear();
                self.type_item(Item::Enum(item), attributes, place);
            }
            Item::Union(mut item) => {
                item.attrs.clear();
                self.type_item(Item::Union(item), attributes, place);
            }
            Item::Type(item) => self.name(&item.ident, What::Alias, place),
            Item::Trait(item) => self.name(&item.ident, What::Plain, place),
            Item::TraitAlias(item) => self.name(&item.ident, What::Plain, place),
            Item::ExternCrate(item) => {
                let name = item.rename.as_ref().map_or(&item.ident, |(_, rename)| rename);
                let krate = if item.ident == "self" { "crate".into() } else { bare(&item.ident) };
                self.name(name, What::Crate(krate), place);
            }
            Item::Impl(mut item) => {
                let annotations = attributes.take_annotations();
                item.attrs = attributes.list;
                for (annotation, arguments) in annotations {
                    if annotation == Annotation::Rpc {
                        let model = Rpc::parse(arguments.unwrap_or_default(), item.clone()).map(Model::Rpc);
                        self.found(model, None, place);
                    }
                }
            }
            Item::Fn(mut item) => {
                let annotations = attributes.take_annotations();
                item.attrs = attributes.list;
                for (annotation, arguments) in annotations {
                    let arguments = arguments.unwrap_or_default();
                    match annotation {
                        Annotation::Route => {
                            let model = Route::parse(arguments, item.clone()).map(Model::Route);
                            self.found(model, None, place);
                        }
                        Annotation::Event => {
                            let kind = arguments.into_iter().next().map(|kind| kind.to_string());
                            self.scan.events.extend(kind);
                        }
                        _ => {}
                    }
                }
            }
            Item::Macro(item) if place.module == 0 => {
                self.scan.bindings |= durably_name(&item.mac.path).is_some_and(|name| name == "bindings");
            }
            _ => {}
        }
    }

    fn name(&mut self, ident: &Ident, what: What, place: &Place) {
        self.scan.modules.get_mut(place.module).add(bare(ident), what, place.doubt.clone());
    }

    fn module(&mut self, item: syn::ItemMod, attributes: &Attributes, place: &Place) {
        let module = self.scan.modules.child(place.module, &item.ident, place.doubt.clone());
        let (name, path) = (bare(&item.ident), attributes.path());
        if let Some((_, items)) = item.content {
            let folder = place.folder.inline(&name, path.as_deref());
            return self.items(items, &Place { module, folder, ..place.clone() });
        }
        let candidates = place.folder.files(&name, path.as_deref());
        match candidates.iter().find(|(file, _)| file.is_file()) {
            Some((file, folder)) => self.file(file, module, folder.clone(), place.doubt.clone()),
            None => {
                // rustc reports the missing file; the build script must run again when it is there.
                self.sources.inputs.extend(candidates.into_iter().map(|(file, _)| file));
                self.scan.incomplete = true;
            }
        }
    }

    /// A struct, enum or union, whose attributes have been taken off.
    fn type_item(&mut self, item: Item, mut attributes: Attributes, place: &Place) {
        let annotations = attributes.take_annotations();
        let Some(ident) = type_ident(&item).cloned() else { return };
        let mut what = if annotations.is_empty() { What::Plain } else { What::Broken };
        for (annotation, arguments) in annotations {
            let place_in_list = self.scan.found.len();
            let accepted = self.annotated(item.clone(), annotation, arguments, &attributes.list, place);
            if accepted && !matches!(what, What::Item(_)) {
                what = What::Item(place_in_list);
            }
        }
        self.name(&ident, what, place);
    }

    fn annotated(
        &mut self,
        item: Item,
        annotation: Annotation,
        arguments: Option<proc_macro2::TokenStream>,
        attributes: &[Attribute],
        place: &Place,
    ) -> bool {
        let arguments = arguments.unwrap_or_default();
        let ident = type_ident(&item).cloned();
        match (annotation, item) {
            (Annotation::State, Item::Struct(mut item)) => {
                item.attrs = attributes.to_vec();
                self.found(State::parse(arguments, item).map(Model::State), ident, place)
            }
            (Annotation::Config, Item::Struct(mut item)) => {
                item.attrs = attributes.to_vec();
                self.found(Config::parse(arguments, item).map(Model::Config), ident, place)
            }
            (Annotation::Durable | Annotation::Error, item) => {
                let mut input: syn::DeriveInput = match item {
                    Item::Struct(item) => item.into(),
                    Item::Enum(item) => item.into(),
                    Item::Union(item) => item.into(),
                    _ => return false,
                };
                input.attrs = attributes.to_vec();
                let conditional = configure_fields(&mut input, self.conditions);
                let model = match annotation {
                    Annotation::Durable => Durable::parse(input).map(Model::Durable),
                    _ => DurableError::parse(input).map(Model::Error),
                };
                let accepted = self.found(model, ident, place);
                if let (true, Some(conditional)) = (accepted, conditional) {
                    self.last_fault(conditional.known, Target::Field(conditional.field), &conditional.message);
                }
                accepted
            }
            // Another kind of item than the annotation is made for: its macro says so.
            _ => {
                self.scan.incomplete = true;
                false
            }
        }
    }

    fn found(&mut self, model: syn::Result<Model>, ident: Option<Ident>, place: &Place) -> bool {
        let Ok(model) = model else {
            self.scan.incomplete = true; // the macro reports it at its span
            return false;
        };
        let line = ident.as_ref().unwrap_or(model.ident()).span().start().line;
        let doubtful = place.doubt.is_some();
        if let Some(why) = &place.doubt {
            let what = describe(&model);
            self.crate_fault(
                &place.file,
                line,
                &format!(
                    "whether {what} exists cannot be known when the build script runs: {why}. What is stored and bound \
                     has to be the same in every build: take the `#[cfg]` off, or let a feature of this crate decide"
                ),
            );
        }
        self.scan.found.push(Found { module: place.module, file: place.file.clone(), line, doubtful, model });
        true
    }

    /// The items found since `before` have their annotation from a `cfg_attr`.
    fn conditional(&mut self, before: usize, known: bool) {
        for index in before..self.scan.found.len() {
            let found = &self.scan.found[index];
            if found.doubtful {
                continue;
            }
            let message = format!(
                "{} has its annotation inside `#[cfg_attr]`: what is stored and bound has to be the same in every \
                 build. Write the annotation on its own",
                describe(&found.model)
            );
            self.fault_at(index, known, Target::Item(()), &message);
        }
    }

    /// An annotation that does not hold for wasm: no macro that runs there could raise the fault.
    fn hidden(&mut self, item: &Item, place: &Place) {
        let line = type_ident(item).map_or(0, |ident| ident.span().start().line);
        let name = type_ident(item).map_or_else(|| "an item".to_owned(), |ident| format!("`{ident}`"));
        self.crate_fault(
            &place.file,
            line,
            &format!(
                "{name} has its annotation inside a `#[cfg_attr]` that does not hold for wasm: what is stored and bound \
                 has to be the same in every build. Write the annotation on its own"
            ),
        );
    }

    fn last_fault(&mut self, known: bool, target: Target, message: &str) {
        if let Some(index) = self.scan.found.len().checked_sub(1) {
            self.fault_at(index, known, target, message);
        }
    }

    /// At the item if its macro surely runs with these tokens, else at `bindings!()`.
    fn fault_at(&mut self, index: usize, known: bool, target: Target, message: &str) {
        let Found { file, line, model, .. } = &self.scan.found[index];
        if known {
            let own = model.own();
            self.scan.faults.push(Fault { own, line: *line, file: file.clone(), target, message: message.into() });
        } else {
            let (file, line) = (file.clone(), *line);
            self.crate_fault(&file, line, message);
        }
    }

    fn crate_fault(&mut self, file: &str, line: usize, message: &str) {
        self.scan.faults.push(Fault::of_crate(file, line, format!("{file}:{line}: {message}")));
    }
}

fn type_ident(item: &Item) -> Option<&Ident> {
    match item {
        Item::Struct(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        Item::Union(item) => Some(&item.ident),
        _ => None,
    }
}

/// An item in a message.
pub(crate) fn describe(model: &Model) -> String {
    match model {
        Model::Rpc(rpc) => format!("`impl {}`", rpc.ident),
        other => format!("`{}`", other.ident()),
    }
}
