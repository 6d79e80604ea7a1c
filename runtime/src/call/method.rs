//! One method of a class.

use super::args::{Args, Signature};
use crate::error::Refusal;
use crate::object::Cx;

/// An object's `authorize` function, its `Who` taken from the call.
pub type Admit<S> = fn(&S, &Cx) -> Result<(), Refusal>;

/// One method, as the dispatch knows it.
pub struct Method<S: 'static> {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its arguments.
    pub arguments: Signature,
    /// Copies every argument, for an idempotency key; `None` where a key has nothing to do.
    pub copy: Option<fn(&mut Args)>,
    /// The object's say on a caller who came by HTTP.
    pub admit: Option<Admit<S>>,
}

impl<S> std::fmt::Debug for Method<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Method").field("name", &self.name).finish_non_exhaustive()
    }
}
