//! What generated code names, and nothing else does. No promise is made about any of it.

pub use durably_contract::{self as contract, Capabilities};
pub use js_sys;
pub use serde_json::Value;
pub use wasm_bindgen::{self, JsValue};
pub use wasm_bindgen_futures;

pub use crate::call::{
    Args, Call, CallArguments, CreateReturn, HandlerReturn, Method, Object, Reply, Service, Signature, Stub,
};
pub use crate::codec::serde_json_column as json_column;
pub use crate::codec::{
    Column, Declared, Decoder, Durable, Json, Kind, RowReader, RowWriter, SqlValue, Table, to_json,
};
pub use crate::collection::Collection;
pub use crate::config::{Bounds, Config, ConfigEntry, Reader, change, current};
pub use crate::domain::{CallFailure, DurableError, Failure};
#[cfg(not(target_arch = "wasm32"))]
pub use crate::doors;
pub use crate::http::{Access, Registry, Route, RouteCx, Target, admit, answered, begun, fetch};
pub use crate::object::{State, Visit};
pub use crate::platform::LocalFuture;
pub use crate::storage::Store;
pub use durably_contract::decl::{builtin, item_at as item};

/// A fingerprint as a type: the name under which the build script's output and the macros' meet without paths, so that
/// private modules work.
#[derive(Debug)]
pub struct Fp<const DECL: u64>;

/// What the build script found of an item.
#[diagnostic::on_unimplemented(
    message = "the build script did not find this item",
    label = "not found by the build script, or edited since it ran",
    note = "durably reads the sources from `src/lib.rs` along its `mod` lines: an item made by a macro, inside a function or in a file that no `mod` reaches is not seen",
    note = "write the item out in a module of the crate, and build again if it was just edited"
)]
pub trait Named<F> {
    /// The DECLs of the types that the build script resolved, in the order of the source.
    const FIELDS: &'static [u64];
}

/// The names that the build script gave a class or a configuration.
#[diagnostic::on_unimplemented(
    message = "the build script gave this item no binding",
    label = "without a binding",
    note = "build again: the generated bindings are of another version of this item"
)]
pub trait Bound<F> {
    /// The exported class, or the configuration's struct.
    const CLASS: &'static str;
    /// The binding.
    const BINDING: &'static str;
}

/// Makes an object of the class behind a fingerprint.
pub trait Hosted<F> {
    /// The object.
    fn host(ctx: JsValue, env: JsValue) -> Object;
}

/// The routes behind a fingerprint.
pub trait Routed<F> {
    /// In the order of the source.
    fn routes() -> Vec<Route>;
}

/// The configuration behind a fingerprint.
pub trait Configured<F> {
    /// Its entry.
    fn entry() -> ConfigEntry;
}

/// Whether the build script resolved a field's type as rustc did.
pub const fn same(fields: &[u64], place: usize, decl: u64) -> bool {
    place < fields.len() && fields[place] == decl
}

/// The message of the first field that has no initial value.
pub const fn without_initial(fields: &[(bool, &'static str)]) -> Option<&'static str> {
    let mut i = 0;
    while i < fields.len() {
        if !fields[i].0 {
            return Some(fields[i].1);
        }
        i += 1;
    }
    None
}
