//! What Rust cannot do through bindings alone: `js/host.js`. One block, since wasm-bindgen lists a module once a block.
#![allow(unsafe_code, missing_docs, unreachable_pub, reason = "wasm-bindgen's expansion")]

use js_sys::{Array, JsString, Promise, Uint8Array};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/js/host.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    pub(crate) fn run(ctx: &JsValue, sql: &JsString, parameters: &Array) -> Result<(), JsValue>;
    #[wasm_bindgen(catch)]
    pub(crate) fn rows(ctx: &JsValue, sql: &JsString, parameters: &Array) -> Result<Array, JsValue>;
    #[wasm_bindgen(catch)]
    pub(crate) fn insert(ctx: &JsValue, sql: &JsString, parameters: &Array) -> Result<f64, JsValue>;
    // Not `catch`: a trap must go on to whoever entered this instance. It would otherwise come back as `Err`, and Rust
    // would go on running in an instance that is dead.
    pub(crate) fn transaction(ctx: &JsValue, body: &mut dyn FnMut() -> bool) -> JsValue;
    // `catch`, here and below, also where nothing throws: a function that needs no glue is imported directly, and
    // wasm-bindgen lists its module once for each of those, of which wrangler warns.
    #[wasm_bindgen(catch)]
    pub(crate) fn random(bytes: &Uint8Array) -> Result<(), JsValue>;
    #[wasm_bindgen(js_name = objectId)]
    pub(crate) fn object_id(ctx: &JsValue) -> String;
    #[wasm_bindgen(js_name = objectName)]
    pub(crate) fn object_name(ctx: &JsValue) -> Option<String>;
    pub(crate) fn failure(json: &str) -> JsValue;
    #[wasm_bindgen(js_name = errorText)]
    pub(crate) fn error_text(error: &JsValue) -> String;
    #[wasm_bindgen(catch, js_name = readBody)]
    pub(crate) fn read_body(request: &JsValue, max: f64) -> Result<Promise, JsValue>;
    #[wasm_bindgen(catch)]
    pub(crate) fn drain(request: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(catch, js_name = kvGet)]
    pub(crate) fn kv_get(kv: &JsValue, key: &str, ttl: Option<u32>) -> Result<Promise, JsValue>;
    #[wasm_bindgen(catch, js_name = kvPut)]
    pub(crate) fn kv_put(kv: &JsValue, key: &str, text: &str) -> Result<Promise, JsValue>;
}

/// What the guard of the entry module is to know: `js/calls.js`. `catch` for the reason above.
#[wasm_bindgen(module = "/js/calls.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    pub(crate) fn begin(keyed: bool, more: bool) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch)]
    pub(crate) fn working(call: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(catch)]
    pub(crate) fn reached(outcome: u32) -> Result<bool, JsValue>;
    #[wasm_bindgen(catch)]
    pub(crate) fn keyed() -> Result<(), JsValue>;
    #[wasm_bindgen(catch)]
    pub(crate) fn send(stub: &JsValue, envelope: &str, status: Option<u16>) -> Result<Promise, JsValue>;
    #[wasm_bindgen(catch)]
    pub(crate) fn panicked(text: &str) -> Result<(), JsValue>;

    pub(crate) type Timer;
    #[wasm_bindgen(constructor)]
    pub(crate) fn new(millis: f64) -> Timer;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn rings(this: &Timer) -> Promise;
    #[wasm_bindgen(method)]
    pub(crate) fn stop(this: &Timer);
}
