use std::fmt;

use wasm_bindgen::prelude::*;

use crate::Error;

/// The environment of a Worker: variables, secrets, namespaces of objects.
#[derive(Clone)]
pub struct Env(JsValue);

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Env")
    }
}

impl Env {
    pub(crate) fn new(env: JsValue) -> Self {
        Self(env)
    }

    /// A variable; `None` if the environment has none of that name.
    pub fn var(&self, name: &str) -> Option<String> {
        js_sys::Reflect::get(&self.0, &name.into()).ok()?.as_string()
    }

    /// A secret; `None` if the environment has none of that name. Cloudflare hands variables and secrets over alike.
    pub fn secret(&self, name: &str) -> Option<crate::Secret<String>> {
        self.var(name).map(crate::Secret::new)
    }

    /// The `worker` crate's environment, for everything that durably does not cover.
    pub fn worker(&self) -> worker::Env {
        self.0.clone().unchecked_into()
    }

    /// A namespace or store that the environment binds.
    pub(crate) fn binding(&self, what: &'static str, name: &str) -> Result<JsValue, Error> {
        match js_sys::Reflect::get(&self.0, &name.into()) {
            Ok(value) if value.is_object() => Ok(value),
            _ => Err(Error::Missing {
                what,
                name: name.to_owned(),
                why: "it is not bound; `cargo build` writes the bindings of every environment into wrangler.toml"
                    .into(),
            }),
        }
    }
}
