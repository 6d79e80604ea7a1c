//! Follows `mod` from the library's first file and collects what is annotated and what names mean.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use durably_contract::files::Target;
use durably_model::{Config, Durable, DurableError, Route, Rpc, State, bare};
use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, Item};

use crate::scan::annotation::{Annotation, Attributes, attributes_of, durably_name};
use crate::scan::cfg::{Conditions, Truth};
use crate::scan::fields::configure_fields;
use crate::scan::scope::{Modules, What};
use crate::scan::source::{Folder, Sources};
use crate::scan::{Model, Place, Scan};

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
        let place = Place { module, file: self.sources.relative(path), folder, doubt };
        self.items(file.items, &place);
        self.open.pop();
    }

    fn items(&mut self, items: Vec<Item>, place: &Place) {
        for item in items {
            let attributes = Attributes::read(attributes_of(&item), self.conditions);
            if attributes.exists == Truth::False {
                continue;
            }
            let place = Place { doubt: attributes.doubt(place.doubt.as_ref()), ..place.clone() };
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

    fn item(&mut self, item: Item, mut attributes: Attributes, place: &Place) {
        match item {
            Item::Mod(item) => self.module(item, &attributes, place),
            Item::Use(item) => {
                self.scan.modules.get_mut(place.module).import(&item, place.doubt.as_ref());
            }
            Item::Struct(mut item) => {
                item.attrs.clear();
                self.type_item(&Item::Struct(item), attributes, place);
            }
            Item::Enum(mut item) => {
                item.attrs.clear();
                self.type_item(&Item::Enum(item), attributes, place);
            }
            Item::Union(mut item) => {
                item.attrs.clear();
                self.type_item(&Item::Union(item), attributes, place);
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
                        self.scan.note(model, None, place);
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
                            self.scan.note(model, None, place);
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
        if let Some((file, folder)) = candidates.iter().find(|(file, _)| file.is_file()) {
            self.file(file, module, folder.clone(), place.doubt.as_ref());
        } else {
            // rustc reports the missing file; the build script must run again when it is there.
            self.sources.inputs.extend(candidates.into_iter().map(|(file, _)| file));
            self.scan.incomplete = true;
        }
    }

    /// A struct, enum or union, whose attributes have been taken off.
    fn type_item(&mut self, item: &Item, mut attributes: Attributes, place: &Place) {
        let annotations = attributes.take_annotations();
        let Some(ident) = type_ident(item) else { return };
        let mut what = if annotations.is_empty() { What::Plain } else { What::Broken };
        for (annotation, arguments) in annotations {
            let place_in_list = self.scan.found.len();
            let accepted = self.annotated(item.clone(), annotation, arguments, &attributes.list, place);
            if accepted && !matches!(what, What::Item(_)) {
                what = What::Item(place_in_list);
            }
        }
        self.name(ident, what, place);
    }

    fn annotated(
        &mut self,
        item: Item,
        annotation: Annotation,
        arguments: Option<TokenStream>,
        attributes: &[Attribute],
        place: &Place,
    ) -> bool {
        let arguments = arguments.unwrap_or_default();
        let ident = type_ident(&item).cloned();
        match (annotation, item) {
            (Annotation::State, Item::Struct(mut item)) => {
                item.attrs = attributes.to_vec();
                self.scan.note(State::parse(arguments, item).map(Model::State), ident.as_ref(), place)
            }
            (Annotation::Config, Item::Struct(mut item)) => {
                item.attrs = attributes.to_vec();
                self.scan.note(Config::parse(arguments, item).map(Model::Config), ident.as_ref(), place)
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
                let accepted = self.scan.note(model, ident.as_ref(), place);
                if let (true, Some(conditional)) = (accepted, conditional) {
                    self.scan.last_fault(conditional.known, Target::Field(conditional.field), &conditional.message);
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
}

fn type_ident(item: &Item) -> Option<&Ident> {
    match item {
        Item::Struct(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        Item::Union(item) => Some(&item.ident),
        _ => None,
    }
}
