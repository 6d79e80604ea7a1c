//! Arguments, positional (RPC) or by name (HTTP).

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::codec::{Arguments, Decoder, Durable, Json};
use crate::error::Error;

/// The arguments of a method or of a route, as its attribute found them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Signature {
    /// Their names, in order.
    pub names: &'static [&'static str],
    /// Whether exactly one is not in the path: a struct there is the body itself, and not a member of it. Of the signature
    /// alone, so that a body has one shape whatever else was sent.
    pub alone: bool,
}

/// The arguments of a call, taken one by one in the order of the signature.
#[derive(Debug)]
pub struct Args {
    source: Source,
    signature: Signature,
    decoder: Decoder,
    taken: usize,
    /// What [`Args::copy`] wrote so far.
    copies: Json,
}

/// Where arguments come from.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    Positional(Vec<Value>),
    Http(HttpArgs),
}

/// What a request brings.
#[derive(Debug, Clone, Default)]
pub(crate) struct HttpArgs {
    /// From the path and the query.
    pub(crate) params: BTreeMap<String, String>,
    /// The body, if the verb has one; an empty one is `{}`.
    pub(crate) body: Option<Value>,
}

impl Args {
    pub(crate) fn new(source: Source, signature: Signature) -> Self {
        Self { source, signature, decoder: Decoder::default(), taken: 0, copies: Json::default() }
    }
}

impl Arguments for Args {
    /// A fault is kept for [`Args::end`].
    fn take<T: Durable>(&mut self) -> Option<T> {
        let name = self.signature.names.get(self.taken).copied().unwrap_or("argument");
        let place = self.taken;
        self.taken += 1;
        let decoder = &mut self.decoder;
        match &mut self.source {
            Source::Positional(values) => match values.get_mut(place) {
                Some(value) => decoder.at(name, |decoder| T::decode(value.take(), decoder)),
                None => T::absent().or_else(|| decoder.at(name, |decoder| decoder.fail("missing"))),
            },
            Source::Http(http) => http.next(name, decoder, self.signature.alone),
        }
    }

    /// Into the digest of all.
    fn copy<T: Durable>(&mut self) {
        if self.taken == 0 {
            self.copies = Json::digesting();
        }
        self.copies.raw(if self.taken == 0 { "[" } else { "," });
        if let Some(value) = self.take::<T>() {
            value.encode(&mut self.copies);
        }
    }
}

impl Args {
    /// The SHA-256 of all arguments that were copied, as one JSON array: equal for equal arguments, however they were
    /// written and by whichever door they came.
    pub(crate) fn digest(mut self) -> Result<String, Error> {
        let mut copies = std::mem::take(&mut self.copies);
        copies.raw(if self.taken == 0 { "[]" } else { "]" });
        self.end()?;
        copies.finish_digest()
    }

    /// Refuses arguments that nobody takes, and reports every fault at once.
    pub fn end(self) -> Result<(), Error> {
        let mut decoder = self.decoder;
        let names = self.signature.names;
        match self.source {
            Source::Positional(values) if values.len() > names.len() => {
                let _: Option<()> =
                    decoder.fail(format!("{} arguments, at most {} are taken", values.len(), names.len()));
            }
            Source::Positional(_) => {}
            Source::Http(http) => http.end(names, &mut decoder),
        }
        decoder.finish(Some(())).map_err(Error::BadArguments)
    }
}

impl HttpArgs {
    fn next<T: Durable>(&mut self, name: &str, decoder: &mut Decoder, alone: bool) -> Option<T> {
        let is_body = T::IS_STRUCT && alone && self.body.is_some();
        match (self.params.get(name), &mut self.body) {
            (Some(_), Some(body)) if is_body => {
                *body = Value::Object(Map::new()); // one message is enough
                decoder.at(name, |decoder| decoder.fail("is the body itself, which a query cannot give"))
            }
            (Some(text), _) => decoder.at(name, |decoder| T::from_param(text, decoder)),
            // A single struct is the body itself; its own decoding refuses unknown fields.
            (None, Some(body)) if is_body => T::decode(std::mem::replace(body, Value::Object(Map::new())), decoder),
            (None, Some(Value::Object(members))) => match members.remove(name) {
                Some(value) => decoder.at(name, |decoder| T::decode(value, decoder)),
                None => absent(name, decoder),
            },
            (None, Some(_)) => None, // no object: told once, at the end
            (None, None) => absent(name, decoder),
        }
    }

    fn end(self, names: &[&str], decoder: &mut Decoder) {
        for name in self.params.keys().filter(|name| !names.contains(&name.as_str())) {
            decoder.at::<()>(name.clone(), |decoder| decoder.fail("unknown parameter"));
        }
        match self.body {
            None => {}
            Some(Value::Object(members)) => {
                for name in members.keys() {
                    let twice = self.params.contains_key(name) && names.contains(&name.as_str());
                    let why = if twice { "given in the path or the query and in the body" } else { "unknown field" };
                    decoder.at::<()>(name.clone(), |decoder| decoder.fail(why));
                }
            }
            Some(other) => {
                let expected = if names.is_empty() { "an empty object" } else { "an object of arguments" };
                let _: Option<()> = decoder.wrong(expected, &other);
            }
        }
    }
}

fn absent<T: Durable>(name: &str, decoder: &mut Decoder) -> Option<T> {
    T::absent_param().or_else(|| decoder.at(name, |decoder| decoder.fail("missing")))
}
