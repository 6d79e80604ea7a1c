//! Follows `mod` from the library's first file and collects what is annotated and what names mean.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use durably_contract::files::Target;
use durably_model::{Model, bare};
use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, Item};

use crate::scan::annotation::{Annotation, Attributes, attributes_of, durably_name};
use crate::scan::cfg::{Conditions, Truth};
use crate::scan::fields::{Conditional, configure_fields};
use crate::scan::scope::{Modules, What};
use crate::scan::source::{Folder, Sources};
use crate::scan::{Location, Scan};

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

impl Scanner<'_> {
    fn file(&mut self, path: &Path, module: usize, folder: Folder, doubt: Option<&String>) {
        if self.open.iter().any(|open| open == path) {
            self.scan.incomplete = true;
            return;
        }
        let Some(file) = self.sources.read(path).and_then(|text| syn::parse_file(&text).ok()) else {
            self.scan.incomplete = true; // missing or malformed: rustc says where
            self.scan.bindings |= module == 0;
            return;
        };
        let attributes = Attributes::read(&file.attrs, self.conditions);
        if attributes.exists == Truth::False {
            return;
        }
        let doubt = attributes.doubt(doubt);
        self.open.push(path.to_owned());
        let place = Location { module, file: self.sources.relative(path), folder, doubt };
        self.items(file.items, &place);
        self.open.pop();
    }

    fn items(&mut self, items: Vec<Item>, place: &Location) {
        for item in items {
            let attributes = Attributes::read(attributes_of(&item), self.conditions);
            if attributes.exists == Truth::False {
                continue;
            }
            let place = Location { doubt: attributes.doubt(place.doubt.as_ref()), ..place.clone() };
            let before = self.scan.found.len();
            match attributes.conditional.clone() {
                None => self.item(item, attributes, &place),
                // Looked at all the same: on the host it may hold.
                Some(Truth::False) => {
                    self.scan.hidden(type_ident(&item), &place);
                    self.item(item, attributes, &place);
                }
                Some(holds) => {
                    self.item(item, attributes, &place);
                    self.scan.conditional(before, holds == Truth::True);
                }
            }
        }
    }

    fn item(&mut self, item: Item, mut attributes: Attributes, place: &Location) {
        match item {
            Item::Mod(item) => self.module(item, &attributes, place),
            Item::Use(item) => {
                self.scan.modules.get_mut(place.module).import(&item, place.doubt.as_ref());
            }
            Item::Struct(_) | Item::Enum(_) | Item::Union(_) => self.type_item(&item, attributes, place),
            Item::Impl(_) | Item::Fn(_) => {
                for (annotation, arguments) in attributes.take_annotations() {
                    let item = with_attributes(&item, &attributes.list);
                    self.annotated(item, annotation, arguments, None, place);
                }
            }
            Item::Type(item) => self.name(&item.ident, What::Alias, place),
            Item::Trait(item) => self.name(&item.ident, What::Plain, place),
            Item::TraitAlias(item) => self.name(&item.ident, What::Plain, place),
            Item::ExternCrate(item) => {
                let name = item.rename.as_ref().map_or(&item.ident, |(_, rename)| rename);
                let krate = if item.ident == "self" { "crate".into() } else { bare(&item.ident) };
                self.name(name, What::Crate(krate), place);
            }
            Item::Macro(item) if place.module == 0 => {
                self.scan.bindings |= durably_name(&item.mac.path).is_some_and(|name| name == "bindings");
            }
            _ => {}
        }
    }

    fn name(&mut self, ident: &Ident, what: What, place: &Location) {
        self.scan.modules.get_mut(place.module).add(bare(ident), what, place.doubt.clone());
    }

    fn module(&mut self, item: syn::ItemMod, attributes: &Attributes, place: &Location) {
        let module = self.scan.modules.child(place.module, &item.ident, place.doubt.clone());
        let (name, path) = (bare(&item.ident), attributes.path());
        if let Some((_, items)) = item.content {
            let folder = place.folder.inline(&name, path.as_deref());
            return self.items(items, &Location { module, folder, ..place.clone() });
        }
        let candidates = place.folder.files(&name, path.as_deref());
        if let Some((file, folder)) = candidates.iter().find(|(file, _)| file.is_file()) {
            self.file(file, module, folder.clone(), place.doubt.as_ref());
        } else {
            // rustc reports the missing file; the build script must run again when it is there.
            self.sources.inputs.extend(candidates.into_iter().map(|(file, _)| file));
            self.scan.incomplete = true;
        }
    }

    /// A struct, enum or union.
    fn type_item(&mut self, item: &Item, mut attributes: Attributes, place: &Location) {
        let annotations = attributes.take_annotations();
        let Some(ident) = type_ident(item) else { return };
        let mut what = if annotations.is_empty() { What::Plain } else { What::Broken };
        for (annotation, arguments) in annotations {
            let place_in_list = self.scan.found.len();
            let item = with_attributes(item, &attributes.list);
            let accepted = self.annotated(item, annotation, arguments, Some(ident), place);
            if accepted && !matches!(what, What::Item(_)) {
                what = What::Item(place_in_list);
            }
        }
        self.name(ident, what, place);
    }

    /// Reads an item as its annotation asks. Whether that made a model.
    fn annotated(
        &mut self,
        item: Item,
        annotation: Annotation,
        arguments: TokenStream,
        ident: Option<&Ident>,
        place: &Location,
    ) -> bool {
        let annotation = match annotation {
            Annotation::Model(annotation) => annotation,
            Annotation::Event => {
                self.scan.events.extend(arguments.into_iter().next().map(|kind| kind.to_string()));
                return false;
            }
        };
        let (item, conditional) = configured(annotation, item, self.conditions);
        let accepted = self.scan.record(Model::of(annotation, arguments, item), ident, place);
        if let Some(conditional) = conditional.filter(|_| accepted) {
            self.scan.last_fault(conditional.known, Target::Field(conditional.field), &conditional.message);
        }
        accepted
    }
}

/// The item as a derive sees it: what stands under a false condition was taken away. An attribute sees all of it.
fn configured(
    annotation: durably_model::Annotation,
    item: Item,
    conditions: &Conditions,
) -> (Item, Option<Conditional>) {
    use durably_model::Annotation as Model;
    let mut input: syn::DeriveInput = match (annotation, item) {
        (Model::Durable | Model::Error, Item::Struct(item)) => item.into(),
        (Model::Durable | Model::Error, Item::Enum(item)) => item.into(),
        (Model::Durable | Model::Error, Item::Union(item)) => item.into(),
        // No derive goes on anything else, as rustc says.
        (Model::State | Model::Rpc | Model::Config | Model::Route | Model::Durable | Model::Error, item) => {
            return (item, None);
        }
    };
    let conditional = configure_fields(&mut input, conditions);
    (input.into(), conditional)
}

/// The item with the attributes that conditional compilation and the annotations left.
fn with_attributes(item: &Item, attributes: &[Attribute]) -> Item {
    let mut item = item.clone();
    match &mut item {
        Item::Struct(item) => item.attrs = attributes.to_vec(),
        Item::Enum(item) => item.attrs = attributes.to_vec(),
        Item::Union(item) => item.attrs = attributes.to_vec(),
        Item::Impl(item) => item.attrs = attributes.to_vec(),
        Item::Fn(item) => item.attrs = attributes.to_vec(),
        _ => {} // carries no annotation
    }
    item
}

fn type_ident(item: &Item) -> Option<&Ident> {
    match item {
        Item::Struct(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        Item::Union(item) => Some(&item.ident),
        _ => None,
    }
}
