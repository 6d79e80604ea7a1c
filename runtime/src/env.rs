use std::fmt;

use wasm_bindgen::prelude::*;

use crate::Error;

/// The environment of a Worker: variables, secrets, namespaces of objects.
#[derive(Clone)]
pub struct Env(Option<JsValue>);

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Env")
    }
}

impl Env {
    pub(crate) fn new(env: JsValue) -> Self {
        Self(Some(env))
    }

    /// One that has nothing, where there is no Worker: on the host.
    #[cfg(all(feature = "host", not(target_arch = "wasm32")))]
    pub(crate) fn empty() -> Self {
        Self(None)
    }

    fn get(&self, name: &str) -> Option<JsValue> {
        js_sys::Reflect::get(self.0.as_ref()?, &name.into()).ok()
    }

    /// A variable; `None` if the environment has none of that name.
    pub fn var(&self, name: &str) -> Option<String> {
        self.get(name)?.as_string()
    }

    /// A secret; `None` if the environment has none of that name. Cloudflare hands variables and secrets over alike.
    pub fn secret(&self, name: &str) -> Option<crate::Secret<String>> {
        self.var(name).map(crate::Secret::new)
    }

    /// The `worker` crate's environment, for everything that durably does not cover.
    pub fn worker(&self) -> worker::Env {
        self.0.clone().unwrap_or(JsValue::UNDEFINED).unchecked_into()
    }

    /// A namespace or store that the environment binds.
    pub(crate) fn binding(&self, what: &'static str, name: &str) -> Result<JsValue, Error> {
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
