//! Configuration: one JSON document under one key, checked when it is loaded and when it is written.

use serde_json::Value;

use super::reader::{Document, Reader};
use crate::codec::{Declared, Json, parse as parse_json};
use crate::error::{Error, FieldError, Outcome, faults_text};
use crate::limits::CONFIG_FRESH_SECONDS;
use crate::platform::{Env, Kv, complain};

/// Settings that operators change without a deploy. `#[kv_config]` implements it and gives the struct two functions.
///
/// # Loading
///
/// `async fn load(env: &Env) -> Result<Rc<Self>, Error>` returns this isolate's copy if it is younger than a minute, else
/// reads KV. A setting is the document's value, else that of the environment's variable, else its default; secrets come from
/// the environment's secrets only. In a method, [`Cx::config`](crate::Cx::config) has the configuration without awaiting.
///
/// # Updating
///
/// `async fn update(env: &Env, patch: MergePatch) -> Result<Rc<Self>, Error>` merges a patch into the stored document,
/// checks the whole, and stores it. The isolate that made the change sees it at once, others within a minute. KV has no
/// compare-and-set, so of two updates at the same time the later one wins.
///
/// ```rust
/// use durably::prelude::*;
///
/// #[kv_config]
/// pub struct Quotas {
///     #[config(default = 100, min = 1)]
///     pub calls: u32,
/// }
///
/// async fn calls(env: &Env) -> Result<u32> {
///     Ok(Quotas::load(env).await?.calls)
/// }
/// ```
pub trait Config: Declared + Sized + 'static {
    /// The struct's name.
    #[doc(hidden)]
    const NAME: &'static str;
    /// The KV namespace's binding.
    #[doc(hidden)]
    const BINDING: &'static str;
    /// The document's key in KV.
    #[doc(hidden)]
    const KEY: &'static str;
    /// The settings that a document may have.
    #[doc(hidden)]
    const SETTINGS: &'static [&'static str];
    /// The settings that come from secrets.
    #[doc(hidden)]
    const SECRETS: &'static [&'static str];

    /// Reads every setting, noting every fault.
    #[doc(hidden)]
    fn read(reader: &mut Reader<'_>) -> Option<Self>;
    /// The settings without the secrets, as a JSON object.
    #[doc(hidden)]
    fn encode(&self, json: &mut Json);
}

/// What a store gave for a configuration.
pub(super) struct Loaded<C> {
    pub(super) config: C,
    /// Why an older document is in use, if one is.
    pub(super) fault: Option<Error>,
}

/// Reads the document; if it is bad, the last good one. That KV does not answer says nothing about the document.
pub(super) async fn load<C: Config>(env: &Env) -> Result<Loaded<C>, Error> {
    let stored = get::<C>(env, C::KEY, true).await?;
    match parse::<C>(stored.as_deref(), env) {
        Ok(config) => Ok(Loaded { config, fault: None }),
        Err(fault) => match get::<C>(env, &last_good_key::<C>(), true).await {
            Ok(Some(text)) => match parse::<C>(Some(&text), env) {
                Ok(config) => Ok(Loaded { config, fault: Some(fault) }),
                Err(_) => Err(fault),
            },
            _ => Err(fault),
        },
    }
}

/// Applies a JSON merge patch (RFC 7396: null resets a setting) to the stored document, checks the whole, stores it.
///
/// KV has no compare-and-set: of two updates at the same time the later wins as a whole.
pub(super) async fn update<C: Config>(env: &Env, patch: Value) -> Result<C, Error> {
    let faults = |faults| Error::BadArguments(faults);
    let Value::Object(patch) = patch else {
        return Err(faults(vec![fault("", "expected an object of settings")]));
    };
    let mut wrong: Vec<FieldError> = patch.keys().filter_map(|name| unknown_setting::<C>(name)).collect();
    // A document that can't be read is not written over: it stays for whoever wrote it.
    let text = get::<C>(env, C::KEY, false).await?;
    let mut document = read_document::<C>(text.as_deref())?;
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
    // The change is in effect, whatever becomes of the copy for emergencies: an error would say that it is not.
    if let Err(error) = put::<C>(env, &last_good_key::<C>(), &text).await {
        let name = C::NAME;
        complain(&format!("the change of {name} holds, but its last good copy is still the one before: {error}"));
    }
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
    durably_contract::names::last_good_key(C::KEY)
}

fn parse<C: Config>(bytes: Option<&[u8]>, env: &Env) -> Result<C, Error> {
    let document = read_document::<C>(bytes)?;
    read::<C>(&document, env).map_err(|faults| Error::Config { config: C::NAME, faults })
}

fn read_document<C: Config>(bytes: Option<&[u8]>) -> Result<Document, Error> {
    let bad = |why: String| Error::Config { config: C::NAME, faults: vec![fault("", &why)] };
    let Some(bytes) = bytes else { return Ok(Document::new()) };
    // KV's own `text` would put a replacement character where the bytes are none of UTF-8.
    let text = std::str::from_utf8(bytes).map_err(|_| bad(format!("the document under `{}` is not UTF-8", C::KEY)))?;
    match parse_json(text, 0) {
        Ok(Value::Object(document)) => Ok(document),
        Ok(_) => Err(bad(format!("the document under `{}` is no JSON object", C::KEY))),
        Err(error) => Err(bad(format!("the document under `{}` is not JSON: {error}", C::KEY))),
    }
}

/// A setting of a document, as a configuration reads it, without a platform.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn setting<T: crate::codec::Durable>(value: Value) -> Result<T, Vec<FieldError>> {
    let document = Document::from_iter([("value".to_owned(), value)]);
    let env = Env::empty();
    let mut reader = Reader::new(&document, &env);
    let setting = reader.setting("value", None, || None);
    reader.finish(setting)
}

fn read<C: Config>(document: &Document, env: &Env) -> Result<C, Vec<FieldError>> {
    let mut reader = Reader::new(document, env);
    let config = C::read(&mut reader);
    reader.finish(config)
}

async fn get<C: Config>(env: &Env, key: &str, cached: bool) -> Result<Option<Vec<u8>>, Error> {
    let answer = Kv::of(env, C::BINDING)?.get(key, cached.then_some(CONFIG_FRESH_SECONDS)).await;
    answer.map_err(|why| Error::ConfigUnavailable { config: C::NAME, why, outcome: Outcome::NotDone })
}

async fn put<C: Config>(env: &Env, key: &str, text: &str) -> Result<(), Error> {
    let answer = Kv::of(env, C::BINDING)?.put(key, text).await;
    answer.map_err(|why| Error::ConfigUnavailable { config: C::NAME, why, outcome: Outcome::Unknown })
}

/// Says on the console why a configuration that was used before stays in use, once a load.
pub(super) fn warn<C: Config>(error: &Error) {
    let name = C::NAME;
    if matches!(error, Error::Config { .. }) {
        let fields = faults_text(error.fields());
        complain(&format!("the stored {name} is bad and the last good one stays in use: {fields}"));
    } else {
        complain(&format!("the {name} that was loaded last stays in use: {error}"));
    }
}
