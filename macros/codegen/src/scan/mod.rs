//! What the scan of a crate's sources found.

pub(crate) mod annotation;
pub(crate) mod cfg;
pub(crate) mod features;
pub(crate) mod fields;
pub(crate) mod record;
pub(crate) mod scope;
pub(crate) mod source;
pub(crate) mod walk;

use std::collections::BTreeSet;

use durably_model::{Config, Durable, DurableError, Route, Rpc, State};
use proc_macro2::Ident;

use crate::scan::scope::Modules;
use crate::scan::source::Folder;
use durably_contract::files::Fault;

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

/// Where items stand.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) module: usize,
    pub(crate) file: String,
    pub(crate) folder: Folder,
    /// Why it cannot be known whether they exist.
    pub(crate) doubt: Option<String>,
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
#[allow(clippy::large_enum_variant, reason = "a few for each crate, and each is looked at where it lies")]
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

    /// As messages name it.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Rpc(rpc) => format!("`impl {}`", rpc.ident),
            other => format!("`{}`", other.ident()),
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
