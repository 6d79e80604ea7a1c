//! The environment of a Worker.

use std::fmt;

use wasm_bindgen::prelude::*;

use crate::error::Error;
use crate::value::Secret;

/// The environment of a Worker: variables, secrets, namespaces of objects.
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

    /// A variable; `None` if the environment has none of that name. One that is no text in `wrangler.toml` is given as JSON:
    /// `45`, `true`, `{"x":1}`.
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

    /// A secret; `None` if the environment has none of that name, or an empty one, which would let everyone in. Cloudflare
    /// hands variables and secrets over alike.
    pub fn secret(&self, name: &str) -> Option<Secret<String>> {
        let value = self.get(name)?.as_string()?;
        (!value.is_empty()).then(|| Secret::new(value))
    }

    /// The `worker` crate's environment, for everything that durably does not cover.
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
