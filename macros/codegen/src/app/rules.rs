//! Rules over all items of a crate.

use std::collections::BTreeMap;

use durably_contract::files::{Fault, Target};
use durably_contract::names;
use durably_model::{Model, Place, bare};

use crate::app::App;
use crate::resolve::ty::Ty;
use crate::scan::Found;

impl App {
    /// Classes and bindings share one name space each for the whole Worker, whatever module they stand in.
    pub(crate) fn check_names(&mut self) {
        let mut taken: BTreeMap<(&str, String), Vec<usize>> = BTreeMap::new();
        for (place, item) in self.items.iter().enumerate() {
            let name = bare(item.found.model.ident());
            match &item.found.model {
                Model::State(_) => {
                    taken.entry(("class", name.clone())).or_default().push(place);
                    taken.entry(("binding", names::binding(&name))).or_default().push(place);
                }
                Model::Config(_) => taken.entry(("binding", names::binding(&name))).or_default().push(place),
                Model::Rpc(_) | Model::Route(_) | Model::Durable(_) | Model::Error(_) => {} // bind nothing
            }
        }
        let mut faults: Vec<(usize, Fault)> = Vec::new();
        for ((kind, name), places) in &taken {
            for place in places.iter().filter(|_| places.len() > 1) {
                let others: Vec<String> =
                    places.iter().filter(|other| *other != place).map(|other| self.place(*other)).collect();
                let others = others.join(", ");
                let message = match *kind {
                    "class" => format!(
                        "another `#[durable_state]` is called `{name}` ({others}): it is the name of the class at Cloudflare, which a Worker has once. Rename one"
                    ),
                    _ => format!(
                        "the binding `{name}` is also that of another item ({others}): a Worker has each name once. Rename one"
                    ),
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

    /// Where an item stands, as messages say it.
    pub(crate) fn place(&self, item: usize) -> String {
        let Found { file, line, .. } = &self.items[item].found;
        format!("{file}:{line}")
    }

    /// One `#[durable_rpc]` block for a state: a method's number is its place in the block.
    pub(crate) fn check_blocks(&mut self) {
        let mut faults = Vec::new();
        for (place, item) in self.items.iter().enumerate() {
            let Model::Rpc(_) = &item.found.model else { continue };
            let state = item.ty(&Place::State);
            let Ty::Item(target) = state else { continue };
            if !matches!(self.items[*target].found.model, Model::State(_)) {
                self.incomplete = true; // the block's macro asks for a state
                continue;
            }
            let other = (0..self.items.len()).find(|other| {
                *other != place
                    && matches!(self.items[*other].found.model, Model::Rpc(_))
                    && self.items[*other].ty(&Place::State) == state
            });
            if let Some(other) = other {
                let message = format!(
                    "{} has another `#[durable_rpc]` block ({}): a state has one, in which every method has its number",
                    self.items[*target].found.model.describe(),
                    self.place(other),
                );
                faults.push(item.fault(Target::Item(()), message));
            }
        }
        self.faults.extend(faults);
    }
}
