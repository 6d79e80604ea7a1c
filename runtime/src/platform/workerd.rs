//! A Durable Object's own storage.

use std::cell::RefCell;
use std::collections::HashMap;

use js_sys::{Array, ArrayBuffer, JsString, Uint8Array};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;

use super::errors::error_text;
use super::{Db, js};
use crate::codec::{Kind, SqlValue, is_exact};
use crate::error::Error;
use crate::limits::JS_MAX_SAFE_INTEGER;

/// The storage behind a `DurableObjectState`.
#[derive(Debug)]
pub(crate) struct Workerd {
    ctx: JsValue,
}

impl Workerd {
    pub(crate) fn new(ctx: JsValue) -> Self {
        Self { ctx }
    }
}

impl Db for Workerd {
    fn run(&self, sql: &str, parameters: &[SqlValue]) -> Result<(), Error> {
        with_text(sql, |sql| js::run(&self.ctx, sql, &bind(parameters))).map_err(|error| refused(sql, &error))
    }

    fn insert(&self, sql: &str, parameters: &[SqlValue]) -> Result<SqlValue, Error> {
        let key = with_text(sql, |sql| js::insert(&self.ctx, sql, &bind(parameters)));
        key.map(SqlValue::Real).map_err(|error| refused(sql, &error))
    }

    fn rows(&self, sql: &str, parameters: &[SqlValue], kinds: &[Kind]) -> Result<Vec<Vec<SqlValue>>, Error> {
        let rows = with_text(sql, |sql| js::rows(&self.ctx, sql, &bind(parameters)));
        let rows = rows.map_err(|error| refused(sql, &error))?;
        rows.iter().map(|row| read_row(&row.unchecked_into(), kinds)).collect()
    }

    fn transaction(&self, body: &mut dyn FnMut() -> bool) -> Result<(), Error> {
        let error = js::transaction(&self.ctx, &mut || body());
        if error.is_undefined() { Ok(()) } else { Err(refused("COMMIT", &error)) }
    }

    #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds, far below 2^53")]
    fn now(&self) -> i64 {
        js_sys::Date::now() as i64
    }

    fn random(&self, bytes: &mut [u8]) {
        super::random(bytes);
    }

    fn object_id(&self) -> String {
        js::object_id(&self.ctx)
    }

    fn object_name(&self) -> Option<String> {
        js::object_name(&self.ctx)
    }
}

/// More statements than an application has; one that makes them without end starts over.
const MAX_TEXTS: usize = 512;

thread_local! {
    /// Statements as JS has them: to decode a text anew at each call costs more than to look it up.
    static TEXTS: RefCell<HashMap<String, JsString>> = RefCell::default();
}

fn with_text<T>(sql: &str, run: impl FnOnce(&JsString) -> T) -> T {
    let text = TEXTS.with_borrow_mut(|texts| {
        if let Some(text) = texts.get(sql) {
            return text.clone();
        }
        if texts.len() == MAX_TEXTS {
            texts.clear();
        }
        let text = JsString::from(sql);
        texts.insert(sql.to_owned(), text.clone());
        text
    });
    run(&text)
}

fn refused(sql: &str, error: &JsValue) -> Error {
    Error::Sql { statement: sql.to_owned(), why: error_text(error) }
}

fn bind(parameters: &[SqlValue]) -> Array {
    let array = Array::new();
    for parameter in parameters {
        array.push(&to_js(parameter));
    }
    array
}

fn to_js(value: &SqlValue) -> JsValue {
    match value {
        SqlValue::Null => JsValue::NULL,
        #[expect(clippy::cast_precision_loss, reason = "within ±2^53")]
        SqlValue::Integer(value) if (-JS_MAX_SAFE_INTEGER..=JS_MAX_SAFE_INTEGER).contains(value) => {
            JsValue::from_f64(*value as f64)
        }
        // As text: the column's INTEGER affinity makes the exact integer of it.
        SqlValue::Integer(value) => JsValue::from_str(&value.to_string()),
        SqlValue::Real(value) => JsValue::from_f64(*value),
        SqlValue::Text(text) => JsValue::from_str(text),
        SqlValue::Blob(bytes) => Uint8Array::from(bytes.as_slice()).into(),
    }
}

fn read_row(row: &Array, kinds: &[Kind]) -> Result<Vec<SqlValue>, Error> {
    if row.length() as usize != kinds.len() {
        return Err(Error::Platform(format!("expected {} columns, SQLite gave {}", kinds.len(), row.length())));
    }
    row.iter().zip(kinds).map(|(value, kind)| from_js(&value, *kind)).collect()
}

fn from_js(value: &JsValue, kind: Kind) -> Result<SqlValue, Error> {
    if value.is_null() {
        return Ok(SqlValue::Null);
    }
    if let Some(number) = value.as_f64() {
        return Ok(match kind {
            #[expect(clippy::cast_possible_truncation, reason = "an INTEGER column of at most 53 bits")]
            Kind::Integer | Kind::Wide if is_exact(number) => SqlValue::Integer(number as i64),
            _ => SqlValue::Real(number),
        });
    }
    if let Some(text) = value.as_string() {
        // As it is encoded, or the first write after a wake would take it for a change.
        if let (Kind::Wide, Ok(wide)) = (kind, text.parse()) {
            return Ok(SqlValue::Integer(wide));
        }
        return Ok(SqlValue::Text(text));
    }
    if let Some(buffer) = value.dyn_ref::<ArrayBuffer>() {
        return Ok(SqlValue::Blob(Uint8Array::new(buffer).to_vec()));
    }
    Err(Error::Platform(format!("SQLite gave {value:?}, which is no value of a column")))
}
