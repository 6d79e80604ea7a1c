//! What the scan records of an item: its model, and that it cannot be known whether it exists.

use durably_model::Model;
use proc_macro2::Ident;

use crate::scan::{Found, Location, Scan};
use durably_contract::files::{Fault, Target};

impl Scan {
    /// Records an item, if its model was accepted.
    pub(crate) fn record(&mut self, model: syn::Result<Model>, ident: Option<&Ident>, place: &Location) -> bool {
        let Ok(model) = model else {
            self.incomplete = true; // the macro reports it at its span
            return false;
        };
        let line = ident.unwrap_or(model.ident()).span().start().line;
        let doubtful = place.doubt.is_some();
        if let Some(why) = &place.doubt {
            let what = model.describe();
            let message = format!(
                "whether {what} exists cannot be known when the build script runs: {why}. What is stored and bound has \
                 to be the same in every build: take the `#[cfg]` off, or let a feature of this crate decide"
            );
            self.crate_fault(&place.file, line, &message);
        }
        self.found.push(Found { module: place.module, file: place.file.clone(), line, doubtful, model });
        true
    }

    /// The items found since `before` have their annotation from a `cfg_attr`.
    pub(crate) fn conditional(&mut self, before: usize, known: bool) {
        for index in before..self.found.len() {
            let found = &self.found[index];
            if found.doubtful {
                continue;
            }
            let message = format!(
                "{} has its annotation inside `#[cfg_attr]`: what is stored and bound has to be the same in every \
                 build. Write the annotation on its own",
                found.model.describe()
            );
            self.fault_at(index, known, Target::Item(()), &message);
        }
    }

    /// An annotation that does not hold for wasm: no macro that runs there could raise the fault.
    pub(crate) fn hidden(&mut self, ident: Option<&Ident>, place: &Location) {
        let line = ident.map_or(0, |ident| ident.span().start().line);
        let name = ident.map_or_else(|| "an item".to_owned(), |ident| format!("`{ident}`"));
        let message = format!(
            "{name} has its annotation inside a `#[cfg_attr]` that does not hold for wasm: what is stored and bound has \
             to be the same in every build. Write the annotation on its own"
        );
        self.crate_fault(&place.file, line, &message);
    }

    /// A fault of the item recorded last.
    pub(crate) fn last_fault(&mut self, known: bool, target: Target, message: &str) {
        if let Some(index) = self.found.len().checked_sub(1) {
            self.fault_at(index, known, target, message);
        }
    }

    /// At the item if its macro surely runs with these tokens, else at `bindings!()`.
    fn fault_at(&mut self, index: usize, known: bool, target: Target, message: &str) {
        let Found { file, line, model, .. } = &self.found[index];
        if known {
            let item_hash = model.item_hash();
            self.faults.push(Fault { item_hash, line: *line, file: file.clone(), target, message: message.into() });
        } else {
            let (file, line) = (file.clone(), *line);
            self.crate_fault(&file, line, message);
        }
    }

    fn crate_fault(&mut self, file: &str, line: usize, message: &str) {
        self.faults.push(Fault::of_crate(file, line, format!("{file}:{line}: {message}")));
    }
}
