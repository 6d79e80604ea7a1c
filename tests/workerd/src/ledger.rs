//! The fixture's `Ledger`: what a caller was told of a call beside what is stored of it.

use std::collections::BTreeMap;
use std::io;

use serde_json::{Value, json};

use crate::Answer;
use crate::fixture::{Fixture, Object};

/// A ledger, at each door.
#[derive(Debug)]
pub struct Ledger<'a> {
    fixture: &'a Fixture,
    name: String,
    id: String,
    /// The native door.
    pub object: Object<'a>,
}

impl<'a> Ledger<'a> {
    /// The ledger of a name.
    #[track_caller]
    pub fn new(fixture: &'a Fixture, name: &str) -> Self {
        let id = fixture.server.get(&format!("/ledger-ids/{}", name.replace(' ', "%20"))).send().is(200).json();
        let id = id.as_str().unwrap_or_default().to_owned();
        Self { fixture, name: name.to_owned(), id, object: fixture.object("Ledger", name) }
    }

    /// A call by HTTP.
    #[track_caller]
    pub fn post(&self, method: &str, body: &Value) -> Answer {
        self.request(method, None, body).unwrap_or_else(|error| panic!("{method}: no answer: {error}"))
    }

    /// A call by HTTP with an idempotency key.
    #[track_caller]
    pub fn keyed(&self, method: &str, key: &str, body: &Value) -> Answer {
        self.request(method, Some(key), body).unwrap_or_else(|error| panic!("{method}: no answer: {error}"))
    }

    /// The same, whatever becomes of it.
    pub fn request(&self, method: &str, key: Option<&str>, body: &Value) -> io::Result<Answer> {
        let request = self.fixture.server.post(&format!("/ledgers/{}/{method}", self.id)).json(body);
        match key {
            None => request.attempt(),
            Some(key) => request.header("idempotency-key", &key.replace(' ', "_")).attempt(),
        }
    }

    /// The path of one of its routes.
    pub fn path(&self, method: &str) -> String {
        format!("/ledgers/{}/{method}", self.id)
    }

    /// A call by the typed client, as it is told.
    #[track_caller]
    pub fn told(&self, how: &str, call: &Value) -> Value {
        let answer = self.request_told(how, call).unwrap_or_else(|error| panic!("{how}: no answer: {error}"));
        answer.is(200).json()
    }

    /// The same, whatever becomes of it.
    pub fn request_told(&self, how: &str, call: &Value) -> io::Result<Answer> {
        let mut body = call.clone();
        body["name"] = json!(self.name);
        self.fixture.server.post(&format!("/told/{how}")).json(&body).attempt()
    }

    /// How often an entry is stored.
    #[track_caller]
    pub fn stored(&self, text: &str) -> u64 {
        self.all_stored(text).get(text).copied().unwrap_or(0)
    }

    /// How often each entry is stored that begins so.
    #[track_caller]
    pub fn all_stored(&self, beginning: &str) -> BTreeMap<String, u64> {
        let tables = self.object.sql("SELECT name FROM sqlite_master WHERE name = 'entries'");
        if tables.as_array().is_none_or(Vec::is_empty) {
            return BTreeMap::new();
        }
        let beginning = beginning.replace('\'', "''");
        let sql = format!("SELECT value, COUNT(*) AS n FROM entries WHERE value LIKE '{beginning}%' GROUP BY value");
        let rows = self.object.sql(&sql);
        let rows = rows.as_array().unwrap_or_else(|| panic!("the entries can't be counted: {rows}"));
        rows.iter()
            .map(|row| (row["value"].as_str().unwrap_or_default().to_owned(), row["n"].as_u64().unwrap_or(0)))
            .collect()
    }
}
