//! Arguments, positional (RPC) or by name (HTTP).

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::codec::{Decoder, Durable};
use crate::{Error, FieldError};

/// The arguments of a call, taken one by one in the order of the signature.
#[derive(Debug)]
pub struct Args {
    source: Source,
    names: &'static [&'static str],
    decoder: Decoder,
    taken: usize,
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
    pub(crate) fn new(source: Source, names: &'static [&'static str]) -> Self {
        Self { source, names, decoder: Decoder::default(), taken: 0 }
    }

    /// The next argument; a fault is kept for [`Args::end`].
    pub fn take<T: Durable>(&mut self) -> Option<T> {
        let name = self.names.get(self.taken).copied().unwrap_or("argument");
        let place = self.taken;
        self.taken += 1;
        let decoder = &mut self.decoder;
        match &mut self.source {
            Source::Positional(values) => match values.get_mut(place) {
                Some(value) => decoder.at(name, |decoder| T::decode(value.take(), decoder)),
                None => T::absent().or_else(|| decoder.at(name, |decoder| decoder.fail("missing"))),
            },
            Source::Http(http) => http.next(name, decoder, Self::body_arguments(self.names, &http.params) == 1),
        }
    }

    /// How many arguments are not in the path or query.
    fn body_arguments(names: &[&str], params: &BTreeMap<String, String>) -> usize {
        names.iter().filter(|name| !params.contains_key(**name)).count()
    }

    /// Refuses arguments that nobody takes, and reports every fault at once.
    pub fn end(self) -> Result<(), Error> {
        let mut decoder = self.decoder;
        match self.source {
            Source::Positional(values) if values.len() > self.names.len() => {
                let _: Option<()> =
                    decoder.fail(format!("{} arguments, at most {} are taken", values.len(), self.names.len()));
            }
            Source::Positional(_) => {}
            Source::Http(http) => http.end(self.names, &mut decoder),
        }
        decoder.finish(Some(())).map_err(Error::BadArguments)
    }
}

impl HttpArgs {
    fn next<T: Durable>(&mut self, name: &str, decoder: &mut Decoder, alone: bool) -> Option<T> {
        if let Some(text) = self.params.get(name) {
            return decoder.at(name, |decoder| T::from_param(text, decoder));
        }
        match &mut self.body {
            None => T::absent_param().or_else(|| decoder.at(name, |decoder| decoder.fail("missing"))),
            // A single struct is the body itself; its own decoding refuses unknown fields.
            Some(body) if T::IS_STRUCT && alone => {
                T::decode(std::mem::replace(body, Value::Object(Map::new())), decoder)
            }
            Some(Value::Object(members)) => match members.remove(name) {
                Some(value) => decoder.at(name, |decoder| T::decode(value, decoder)),
                None => T::absent_param().or_else(|| decoder.at(name, |decoder| decoder.fail("missing"))),
            },
            Some(other) => {
                let found = other.clone();
                decoder.wrong("an object", &found)
            }
        }
    }

    fn end(self, names: &[&str], decoder: &mut Decoder) {
        for name in self.params.keys().filter(|name| !names.contains(&name.as_str())) {
            decoder.at::<()>(name.clone(), |decoder| decoder.fail("unknown parameter"));
        }
        match self.body {
            Some(Value::Object(members)) => {
                for name in members.keys() {
                    decoder.at::<()>(name.clone(), |decoder| decoder.fail("unknown field"));
                }
            }
            Some(other) if names.is_empty() => {
                let _: Option<()> = decoder.wrong("an empty object", &other);
            }
            _ => {}
        }
    }
}

/// A fault of one field.
pub(crate) fn bad_argument(field: &str, message: impl Into<String>) -> Error {
    Error::BadArguments(vec![FieldError { field: field.to_owned(), message: message.into() }])
}
