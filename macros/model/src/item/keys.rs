//! The keys that each attribute takes: what is parsed, what messages offer, and what the macros' documentation describes.

/// An attribute and its keys, in the order in which messages list them.
#[derive(Debug, Clone, Copy)]
pub struct Keys {
    /// The attribute.
    pub attribute: &'static str,
    /// What stands in its parentheses.
    pub keys: &'static [&'static str],
}

/// `#[durable_state]`.
pub const STATE: Keys = Keys { attribute: "durable_state", keys: &[] };
/// `#[durable_rpc(…)]` on a block of methods.
pub const BLOCK: Keys = Keys { attribute: "durable_rpc", keys: &["authorize"] };
/// `#[rpc(…)]` on a method.
pub const METHOD: Keys = Keys { attribute: "rpc", keys: &["authorize", "create", "http", "status"] };
/// `#[durable_route("…", …)]` on a function.
pub const ROUTE: Keys = Keys { attribute: "durable_route", keys: &["authorize", "status"] };
/// `#[kv_config]`.
pub const CONFIG: Keys = Keys { attribute: "kv_config", keys: &[] };
/// `#[config(…)]` on a setting.
pub const SETTING: Keys = Keys { attribute: "config", keys: &["default", "env", "max", "min", "secret"] };
/// `#[durable(…)]` on a field of a state or of a Durable type.
pub const FIELD: Keys = Keys { attribute: "durable", keys: &["default", "json"] };
/// `#[durable(…)]` on a Durable type.
pub const TYPE: Keys = Keys { attribute: "durable", keys: &["default"] };
/// `#[error(…, "…")]` on a variant.
pub const ERROR: Keys = Keys { attribute: "error", keys: &["status"] };

/// All of them.
pub const ALL: [Keys; 9] = [STATE, BLOCK, METHOD, ROUTE, CONFIG, SETTING, FIELD, TYPE, ERROR];

/// The attributes that have a meaning only inside an item of durably's. (`error` is known to other derives too.)
pub(crate) const HELPERS: [&str; 3] = [FIELD.attribute, SETTING.attribute, METHOD.attribute];
