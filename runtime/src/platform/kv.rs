//! A KV namespace.

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::errors::error_text;
use super::{Env, js};
use crate::error::Error;

/// A namespace that the environment binds.
pub(crate) struct Kv(JsValue);

impl Kv {
    pub(crate) fn of(env: &Env, binding: &str) -> Result<Self, Error> {
        env.binding("the KV namespace", binding).map(Self)
    }

    /// The bytes under a key; `ttl`: for how many seconds the platform may cache them. `Err` is what KV said.
    pub(crate) async fn get(&self, key: &str, ttl: Option<u32>) -> Result<Option<Vec<u8>>, String> {
        let answer = answered(js::kv_get(&self.0, key, ttl)).await?;
        Ok((!answer.is_null()).then(|| js_sys::Uint8Array::new(&answer).to_vec()))
    }

    /// Puts a text under a key.
    pub(crate) async fn put(&self, key: &str, text: &str) -> Result<(), String> {
        answered(js::kv_put(&self.0, key, text)).await.map(drop)
    }
}

async fn answered(asked: Result<js_sys::Promise, JsValue>) -> Result<JsValue, String> {
    let fail = |error: JsValue| error_text(&error);
    JsFuture::from(asked.map_err(fail)?).await.map_err(fail)
}
