//! Configuration: one JSON document under one key, checked when it is loaded and when it is written.

mod cache;
mod reader;

pub use cache::{ConfigEntry, change, current};
pub(crate) use cache::{Configs, load_all, ready};
pub use reader::{Bounds, Reader};

use serde_json::{Map, Value};

use crate::codec::{Declared, Json, faults_text};
use crate::env::Env;
use crate::{Error, FieldError};

/// What operators change without a deploy. Implemented by `#[kv_config]`.
///
/// A setting's value is that of the document in KV, else that of the environment's variable, else its default. Secrets
/// come from the environment's secrets only.
pub trait Config: Declared + Sized + 'static {
    /// The struct's name.
    const NAME: &'static str;
    /// The KV namespace's binding.
    const BINDING: &'static str;
    /// The document's key in KV.
    const KEY: &'static str;
    /// The settings that a document may have.
    const SETTINGS: &'static [&'static str];
    /// The settings that come from secrets.
    const SECRETS: &'static [&'static str];

    /// Reads every setting, noting every fault.
    fn read(reader: &mut Reader<'_>) -> Option<Self>;
    /// The settings without the secrets, as a JSON object.
    fn encode(&self, json: &mut Json);
}

/// The document as it is stored.
type Document = Map<String, Value>;

/// What a store gave for a configuration.
pub(crate) struct Loaded<C> {
    pub(crate) config: C,
    /// Why an older document is in use, if one is.
    pub(crate) fault: Option<Error>,
}

/// Reads the document; if it is bad, the last good one.
pub(crate) async fn load<C: Config>(env: &Env) -> Result<Loaded<C>, Error> {
    let stored = get::<C>(env, C::KEY, true).await.and_then(|text| parse::<C>(text.as_deref(), env));
    match stored {
        Ok((config, _)) => Ok(Loaded { config, fault: None }),
        Err(fault) => match get::<C>(env, &last_good_key::<C>(), true).await {
            Ok(Some(text)) => match parse::<C>(Some(&text), env) {
                Ok((config, _)) => Ok(Loaded { config, fault: Some(fault) }),
                Err(_) => Err(fault),
            },
            _ => Err(fault),
        },
    }
}

/// Applies a JSON merge patch (RFC 7396: null resets a setting) to the stored document, checks the whole, stores it.
///
/// KV has no compare-and-set: of two updates at the same time the later wins as a whole.
pub(crate) async fn update<C: Config>(env: &Env, patch: Value) -> Result<C, Error> {
    let faults = |faults| Error::BadArguments(faults);
    let Value::Object(patch) = patch else {
        return Err(faults(vec![fault("", "expected an object of settings")]));
    };
    let mut wrong: Vec<FieldError> = patch.keys().filter_map(|name| unknown_setting::<C>(name)).collect();
    // A document that can't be read is not written over: it stays for whoever wrote it.
    let text = get::<C>(env, C::KEY, false).await?;
    let mut document = parse_document::<C>(text.as_deref())?;
    for (name, value) in patch {
        match value {
            Value::Null => document.remove(&name),
            value => document.insert(name, value),
        };
    }
    let config = match read::<C>(&document, env) {
        Ok(config) if wrong.is_empty() => config,
        Ok(_) => return Err(faults(wrong)),
        Err(more) => {
            wrong.extend(more);
            return Err(faults(wrong));
        }
    };
    let text = Value::Object(document).to_string();
    put::<C>(env, C::KEY, &text).await?;
    put::<C>(env, &last_good_key::<C>(), &text).await?;
    Ok(config)
}

fn unknown_setting<C: Config>(name: &str) -> Option<FieldError> {
    if C::SECRETS.contains(&name) {
        return Some(fault(name, "a secret is set with `wrangler secret put`, never in a document"));
    }
    (!C::SETTINGS.contains(&name)).then(|| fault(name, "unknown setting"))
}

fn fault(field: &str, message: &str) -> FieldError {
    FieldError { field: field.to_owned(), message: message.to_owned() }
}

fn last_good_key<C: Config>() -> String {
    format!("{}.last_good", C::KEY)
}

fn parse<C: Config>(text: Option<&str>, env: &Env) -> Result<(C, Document), Error> {
    let document = parse_document::<C>(text)?;
    let config = read::<C>(&document, env).map_err(|faults| Error::Config { config: C::NAME, faults })?;
    Ok((config, document))
}

fn parse_document<C: Config>(text: Option<&str>) -> Result<Document, Error> {
    let bad = |why: String| Error::Config { config: C::NAME, faults: vec![fault("", &why)] };
    match text.map(serde_json::from_str) {
        None => Ok(Document::new()),
        Some(Ok(Value::Object(document))) => Ok(document),
        Some(Ok(_)) => Err(bad(format!("the document under `{}` is no JSON object", C::KEY))),
        Some(Err(error)) => Err(bad(format!("the document under `{}` is not JSON: {error}", C::KEY))),
    }
}

fn read<C: Config>(document: &Document, env: &Env) -> Result<C, Vec<FieldError>> {
    let mut reader = Reader::new(document, env);
    let config = C::read(&mut reader);
    reader.finish(config)
}

async fn get<C: Config>(env: &Env, key: &str, cached: bool) -> Result<Option<String>, Error> {
    let fail = |error: worker::KvError| unavailable::<C>(&error.to_string());
    let get = store::<C>(env)?.get(key);
    let get = if cached { get.cache_ttl(cache::TTL_SECONDS) } else { get };
    get.text().await.map_err(fail)
}

async fn put<C: Config>(env: &Env, key: &str, text: &str) -> Result<(), Error> {
    let fail = |error: worker::KvError| unavailable::<C>(&error.to_string());
    // The string itself: KV's `put` of a serialisable map would store a JS Map as `{}`.
    store::<C>(env)?.put(key, text).map_err(fail)?.execute().await.map_err(fail)
}

fn store<C: Config>(env: &Env) -> Result<worker::KvStore, Error> {
    env.binding("the KV namespace", C::BINDING)?;
    env.worker().kv(C::BINDING).map_err(|error| unavailable::<C>(&error.to_string()))
}

fn unavailable<C: Config>(why: &str) -> Error {
    Error::Config { config: C::NAME, faults: vec![fault("", &format!("KV did not answer: {why}"))] }
}

/// Says on the console what is wrong with a stored document, once a load.
pub(crate) fn warn<C: Config>(error: &Error) {
    let fields = faults_text(error.fields());
    worker::console_error!("durably: the stored {} is bad and the last good one stays in use: {fields}", C::NAME);
}
