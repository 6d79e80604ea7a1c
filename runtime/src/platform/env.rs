//! The environment of a Worker.

use std::fmt;

use wasm_bindgen::prelude::*;

use crate::error::Error;
use crate::value::Secret;

/// The environment of a Worker: its variables, its secrets, and everything it binds.
///
/// Other objects are reached through their clients (`Room::named(&env, "lobby")`), configurations by their own `load`.
///
/// ```rust
/// use durably::prelude::*;
///
/// async fn greeting(env: &Env) -> Result<String> {
///     let name = env.var("GREETED").unwrap_or_else(|| "world".to_owned());
///     // What durably does not cover is reached through the `worker` crate.
///     let bucket = env.worker().bucket("FILES")?;
///     let stored = bucket.get(format!("{name}.txt")).execute().await?.is_some();
///     Ok(format!("hello {name}, {}", if stored { "again" } else { "for the first time" }))
/// }
/// ```
#[derive(Clone)]
pub struct Env(Option<JsValue>);

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Env")
    }
}

/// A variable's value.
#[derive(Debug)]
pub(crate) enum Variable {
    Text(String),
    Json(serde_json::Value),
}

impl Env {
    pub(crate) fn new(env: JsValue) -> Self {
        Self(Some(env))
    }

    /// One that has nothing, where there is no Worker: on the host.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn empty() -> Self {
        Self(None)
    }

    fn get(&self, name: &str) -> Option<JsValue> {
        js_sys::Reflect::get(self.0.as_ref()?, &name.into()).ok()
    }

    /// A variable, or `None` if the environment has none of this name. A value that is not a text in `wrangler.toml` comes as
    /// JSON: `45`, `true`, `{"x":1}`.
    pub fn var(&self, name: &str) -> Option<String> {
        match self.variable(name)? {
            Variable::Text(text) => Some(text),
            Variable::Json(json) => Some(json.to_string()),
        }
    }

    /// A variable as `wrangler.toml` has it: workerd hands numbers, booleans and tables over as what they are.
    pub(crate) fn variable(&self, name: &str) -> Option<Variable> {
        let value = self.get(name)?;
        if let Some(text) = value.as_string() {
            return Some(Variable::Text(text));
        }
        // Bindings are objects too, but of classes.
        let plain = || {
            js_sys::Object::get_prototype_of(&value).loose_eq(&js_sys::Object::get_prototype_of(&js_sys::Object::new()))
        };
        if value.as_bool().is_some()
            || value.as_f64().is_some()
            || js_sys::Array::is_array(&value)
            || (value.is_object() && plain())
        {
            let text = js_sys::JSON::stringify(&value).ok()?.as_string()?;
            return serde_json::from_str(&text).ok().map(Variable::Json);
        }
        None
    }

    /// A secret, or `None` if the environment has none of this name. An empty secret counts as missing: compared with an empty
    /// token it would let everyone in.
    pub fn secret(&self, name: &str) -> Option<Secret<String>> {
        let value = self.get(name)?.as_string()?;
        (!value.is_empty()).then(|| Secret::new(value))
    }

    /// The environment as the `worker` crate has it, for everything that durably does not cover: R2, queues, D1, service
    /// bindings.
    pub fn worker(&self) -> worker::Env {
        self.0.clone().unwrap_or(JsValue::UNDEFINED).unchecked_into()
    }

    /// A namespace or store that the environment binds.
    pub(super) fn binding(&self, what: &'static str, name: &str) -> Result<JsValue, Error> {
        match self.get(name) {
            Some(value) if value.is_object() => Ok(value),
            _ => Err(Error::Missing {
                what,
                name: name.to_owned(),
                why: "it is not bound; `cargo build` writes the bindings of every environment into wrangler.toml"
                    .into(),
            }),
        }
    }
}
