//! From an annotated item to its checked model.

use proc_macro2::{Ident, TokenStream};
use syn::{DeriveInput, Item};

use crate::{Config, Durable, DurableError, Errors, Route, Rpc, State, check::rules};

/// An annotation of durably's that makes a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Annotation {
    /// `#[durable_state]`.
    State,
    /// `#[durable_rpc]`.
    Rpc,
    /// `#[kv_config]`.
    Config,
    /// `#[durable_route]`.
    Route,
    /// `#[derive(Durable)]`.
    Durable,
    /// `#[derive(DurableError)]`.
    Error,
}

/// A checked item.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "a few for each crate, and each is looked at where it lies")]
pub enum Model {
    /// `#[durable_state]`.
    State(State),
    /// `#[durable_rpc]`.
    Rpc(Rpc),
    /// `#[kv_config]`.
    Config(Config),
    /// `#[durable_route]`.
    Route(Route),
    /// `#[derive(Durable)]`.
    Durable(Durable),
    /// `#[derive(DurableError)]`.
    Error(DurableError),
}

impl Model {
    /// Reads and checks an item. `arguments` are the annotation's own; a derive has none.
    pub fn of(annotation: Annotation, arguments: TokenStream, item: Item) -> syn::Result<Self> {
        match annotation {
            Annotation::State => model::<State>(arguments, item).map(Self::State),
            Annotation::Rpc => model::<Rpc>(arguments, item).map(Self::Rpc),
            Annotation::Config => model::<Config>(arguments, item).map(Self::Config),
            Annotation::Route => model::<Route>(arguments, item).map(Self::Route),
            Annotation::Durable => model::<Durable>(arguments, item).map(Self::Durable),
            Annotation::Error => model::<DurableError>(arguments, item).map(Self::Error),
        }
    }

    /// The name of the item; of a block of methods, its state's.
    pub fn ident(&self) -> &Ident {
        match self {
            Self::State(State { ident, .. })
            | Self::Rpc(Rpc { ident, .. })
            | Self::Config(Config { ident, .. })
            | Self::Route(Route { ident, .. })
            | Self::Durable(Durable { ident, .. })
            | Self::Error(DurableError { ident, .. }) => ident,
        }
    }

    /// The hash of what is stored and called.
    pub fn item_hash(&self) -> u64 {
        match self {
            Self::State(State { item_hash, .. })
            | Self::Rpc(Rpc { item_hash, .. })
            | Self::Config(Config { item_hash, .. })
            | Self::Route(Route { item_hash, .. })
            | Self::Durable(Durable { item_hash, .. })
            | Self::Error(DurableError { item_hash, .. }) => *item_hash,
        }
    }

    /// As messages name it.
    pub fn describe(&self) -> String {
        match self {
            Self::Rpc(rpc) => format!("`impl {}`", rpc.ident),
            Self::State(_) | Self::Config(_) | Self::Route(_) | Self::Durable(_) | Self::Error(_) => {
                format!("`{}`", self.ident())
            }
        }
    }
}

/// What an annotation makes of an item, in three steps.
pub(crate) trait Annotated: Sized {
    /// The kind of item that it goes on.
    type Item;
    /// What was read: attributes and tokens, sorted, not yet known to agree.
    type Read;

    /// The item, if it is of the right kind; else the error that says which is.
    fn item(item: Item) -> syn::Result<Self::Item>;
    /// Tokens to a declaration.
    fn read(errors: &mut Errors, arguments: TokenStream, item: &Self::Item) -> Self::Read;
    /// The rules.
    fn check(errors: &mut Errors, read: &Self::Read, item: &Self::Item);
    /// The model. `None` if a part is missing, which was reported.
    fn make(read: Self::Read, item: Self::Item) -> Option<Self>;
}

/// Reads, checks and makes. Every mistake is reported, in the order of the source.
fn model<M: Annotated>(arguments: TokenStream, item: Item) -> syn::Result<M> {
    let item = M::item(item)?;
    let mut errors = Errors::default();
    let read = M::read(&mut errors, arguments, &item);
    M::check(&mut errors, &read, &item);
    errors.finish(|| M::make(read, item))
}

/// What a derive is put on.
pub(crate) fn derive_input(item: Item) -> syn::Result<DeriveInput> {
    match item {
        Item::Struct(item) => Ok(item.into()),
        Item::Enum(item) => Ok(item.into()),
        Item::Union(item) => Ok(item.into()),
        other => Err(rules::wrong_item(&other, "a derive goes on a type")),
    }
}
