//! What resolved types can be, by the table that rustc evaluates too. What stands where it cannot is a fault at its span,
//! with the type's name.

use durably_contract::files::Fault;
use durably_contract::{self as contract, Capabilities, Refusal};
use durably_model::{DurableBody, FieldKind, Model, Place};

use crate::app::{App, Item, target_of};
use crate::resolve::ty::Ty;

/// Newtypes of newtypes; rustc refuses those that go in a circle, but only after this.
const MAX_DEPTH: usize = 32;

/// A type that is refused, and why.
type Refused<'a> = Option<(&'a Ty, Refusal)>;

impl App {
    /// What a type can be.
    pub(crate) fn capabilities(&self, ty: &Ty) -> Capabilities {
        self.capabilities_within(ty, MAX_DEPTH)
    }

    fn capabilities_within(&self, ty: &Ty, depth: usize) -> Capabilities {
        let Some(depth) = depth.checked_sub(1) else { return contract::STRUCT };
        let of = |ty: &Ty| self.capabilities_within(ty, depth);
        match ty {
            Ty::Item(place) => match &self.items[*place].found.model {
                Model::Durable(durable) => {
                    let can = match &durable.body {
                        DurableBody::Struct(_) => contract::STRUCT,
                        DurableBody::Newtype(_) => contract::newtype(of(self.items[*place].field("0"))),
                        DurableBody::Tuple(_) => contract::TUPLE,
                        DurableBody::Unit => contract::UNIT,
                        DurableBody::UnitEnum(_) => contract::UNIT_ENUM,
                        DurableBody::Enum(_) => contract::ENUM,
                    };
                    if durable.default { contract::with_default(can) } else { can }
                }
                // Not values, which is refused elsewhere.
                Model::State(_) | Model::Rpc(_) | Model::Config(_) | Model::Route(_) | Model::Error(_) => {
                    contract::STRUCT
                }
            },
            Ty::Array(..) => contract::array(ty.is_bytes()),
            Ty::Builtin("Vec", _) => contract::list(ty.is_bytes()),
            Ty::Builtin("Option", arguments) => contract::option(of(first(arguments))),
            Ty::Builtin("Box", arguments) => contract::boxed(of(first(arguments))),
            Ty::Builtin("BTreeMap" | "HashMap", _) => contract::MAP,
            Ty::Builtin("tuple", _) => contract::TUPLE,
            Ty::Builtin("Secret", _) => contract::SECRET,
            // What is no value (a `Log`, an error) is refused elsewhere.
            Ty::Builtin(name, _) => contract::capabilities_of(name).unwrap_or(contract::STRUCT),
            Ty::Unknown => contract::STRUCT,
        }
    }

    /// Why a type cannot be what it is, by what is in it.
    fn refused<'a>(&self, ty: &'a Ty) -> Refused<'a> {
        match ty {
            Ty::Array(element, _) => self.refused_value(element),
            Ty::Builtin("Option", arguments) => {
                let inner = first(arguments);
                let refusal = contract::refuse_option(self.capabilities(inner));
                refusal.map(|why| (inner, why)).or_else(|| self.refused(inner))
            }
            Ty::Builtin("BTreeMap" | "HashMap", arguments) => match arguments.as_slice() {
                [key, value] => self.refused_key(key).or_else(|| self.refused_value(value)),
                _ => None,
            },
            Ty::Builtin(name, arguments) if *name != "Secret" => {
                arguments.iter().find_map(|argument| self.refused_value(argument))
            }
            Ty::Builtin(..) | Ty::Item(_) | Ty::Unknown => None,
        }
    }

    fn refused_value<'a>(&self, ty: &'a Ty) -> Refused<'a> {
        contract::refuse_value(self.capabilities(ty)).map(|why| (ty, why)).or_else(|| self.refused(ty))
    }

    fn refused_key<'a>(&self, key: &'a Ty) -> Refused<'a> {
        contract::refuse_key(self.capabilities(key)).map(|why| (key, why)).or_else(|| self.refused(key))
    }

    fn refused_at<'a>(&self, item: &Item, place: &Place, ty: &'a Ty) -> Refused<'a> {
        match (&item.found.model, place, ty) {
            (_, Place::State | Place::Error(_), _) => None,
            (Model::Config(_), ..) => self.refused(ty),
            (Model::State(state), Place::Field(name), Ty::Builtin(_, arguments)) => {
                match state.fields.iter().find(|field| field.name == *name).map(|field| &field.kind) {
                    Some(FieldKind::Log { .. }) => self.refused_value(first(arguments)),
                    Some(FieldKind::Map { .. }) => match arguments.as_slice() {
                        [key, value] => self.refused_key(key).or_else(|| self.refused_value(value)),
                        _ => None,
                    },
                    _ => self.refused_value(ty),
                }
            }
            _ => self.refused_value(ty),
        }
    }

    /// A fault for each type that stands where it cannot.
    pub(crate) fn check_types(&mut self) {
        let mut faults: Vec<Fault> = Vec::new();
        for item in &self.items {
            for (place, ty) in &item.types {
                if let Some((culprit, why)) = self.refused_at(item, place, ty) {
                    let name = format!("`{}`", self.type_name(culprit));
                    faults.push(item.fault(target_of(place), why.replacen("this type", &name, 1)));
                }
            }
        }
        self.faults.extend(faults);
    }
}

fn first(arguments: &[Ty]) -> &Ty {
    arguments.first().unwrap_or(&Ty::Unknown)
}
