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

use durably_model::Model;

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
pub(crate) struct Location {
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
