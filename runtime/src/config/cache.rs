//! The isolate's copies of configurations.

use std::any::{Any, TypeId};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use super::document::{Config, Loaded, load, update, warn};
use crate::error::Error;
use crate::limits::CONFIG_FRESH_SECONDS;
use crate::platform::{Env, LocalFuture, millis as clock};

/// How long a copy is used before KV is asked again.
const TTL_MILLIS: f64 = (CONFIG_FRESH_SECONDS * 1000) as f64;
/// While one call asks KV again the others go on with the copy that there is, for this long: longer than KV may take,
/// which is asked for two documents at most.
const REFRESH_MILLIS: f64 = 25_000.0;
/// When KV is asked again after it could not be.
const RETRY_MILLIS: f64 = 5_000.0;

/// One configuration type of an application, for loading it without knowing its name.
#[derive(Clone, Copy)]
pub struct ConfigEntry {
    id: fn() -> TypeId,
    load: fn(Env) -> LocalFuture<Held>,
}

impl std::fmt::Debug for ConfigEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ConfigEntry")
    }
}

impl ConfigEntry {
    /// The entry of `C`.
    pub fn of<C: Config>() -> Self {
        Self { id: TypeId::of::<C>, load: |env| Box::pin(async move { refresh::<C>(&env).await }) }
    }
}

/// A loaded configuration, or why there is none.
type Held = Result<Rc<dyn Any>, Error>;

struct Cached {
    copy: Rc<dyn Any>,
    /// Until when nobody asks KV.
    until: f64,
    /// When it was asked for, in the order of all that was: what was asked for later is newer, whichever arrives first.
    asked: u64,
}

thread_local! {
    static CACHE: RefCell<HashMap<TypeId, Cached>> = RefCell::default();
    /// All configurations together, and until when they are fresh: a call then costs one look at the clock.
    static READY: RefCell<Option<(Configs, f64)>> = const { RefCell::new(None) };
    static ASKED: Cell<u64> = const { Cell::new(0) };
}

/// The configurations as they were when a call began.
#[derive(Clone, Default)]
pub(crate) struct Configs(Rc<HashMap<TypeId, Held>>);

impl std::fmt::Debug for Configs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Configs")
    }
}

impl Configs {
    pub(crate) fn get<C: Config>(&self) -> Result<&C, Error> {
        match self.0.get(&TypeId::of::<C>()) {
            Some(Ok(copy)) => {
                copy.downcast_ref().ok_or_else(|| Error::Platform(format!("{} is of another type", C::NAME)))
            }
            Some(Err(error)) => Err(error.clone()),
            None => Err(Error::Platform(format!("{} was not loaded for this call", C::NAME))),
        }
    }
}

fn fresh(id: TypeId) -> Option<Rc<dyn Any>> {
    CACHE.with_borrow(|cache| {
        let cached = cache.get(&id)?;
        (clock() < cached.until).then(|| cached.copy.clone())
    })
}

/// The configurations if every one is there and fresh: calls then need not wait.
pub(crate) fn ready(entries: impl FnOnce() -> Vec<ConfigEntry>) -> Option<Configs> {
    let now = clock();
    let known =
        READY.with_borrow(|ready| ready.as_ref().filter(|(_, until)| now < *until).map(|(configs, _)| configs.clone()));
    if known.is_some() {
        return known;
    }
    let (mut copies, mut until) = (HashMap::new(), f64::INFINITY);
    for entry in entries() {
        let id = (entry.id)();
        let cached = CACHE.with_borrow(|cache| cache.get(&id).map(|cached| (cached.copy.clone(), cached.until)))?;
        until = until.min(cached.1);
        copies.insert(id, Ok(cached.0));
    }
    let configs = Configs(Rc::new(copies));
    (now < until).then(|| {
        READY.set(Some((configs.clone(), until)));
        configs
    })
}

/// Loads what is not fresh.
pub(crate) async fn load_all(entries: &[ConfigEntry], env: &Env) -> Configs {
    let mut copies = HashMap::new();
    for entry in entries {
        let id = (entry.id)();
        let copy = match fresh(id) {
            Some(copy) => Ok(copy),
            None => (entry.load)(env.clone()).await,
        };
        copies.insert(id, copy);
    }
    Configs(Rc::new(copies))
}

/// Loads from KV. A failure keeps the copy that this isolate has.
async fn refresh<C: Config>(env: &Env) -> Held {
    let id = TypeId::of::<C>();
    let asked = ask();
    let now = clock();
    extend::<C>(now + REFRESH_MILLIS);
    let loaded = load::<C>(env).await;
    let kept = CACHE.with_borrow(|cache| cache.get(&id).map(|cached| (cached.copy.clone(), cached.asked)));
    match (loaded, kept) {
        // Somebody changed it meanwhile, or asked later and was answered sooner.
        (_, Some((newer, at))) if at > asked => Ok(newer),
        (Ok(Loaded { config, fault: None }), _) => Ok(remember::<C>(Rc::new(config), asked, TTL_MILLIS)),
        (Ok(Loaded { config, fault: Some(fault) }), kept) => {
            warn::<C>(&fault);
            // What this isolate used last is at least as new as the stored copy.
            let copy = kept.map_or_else(|| Rc::new(config) as Rc<dyn Any>, |(copy, _)| copy);
            Ok(remember::<C>(copy, asked, TTL_MILLIS))
        }
        (Err(error), Some((copy, _))) => {
            warn::<C>(&error);
            let soon = matches!(error, Error::ConfigUnavailable { .. });
            Ok(remember::<C>(copy, asked, if soon { RETRY_MILLIS } else { TTL_MILLIS }))
        }
        (Err(error), None) => Err(error),
    }
}

/// Sets until when the copy that there is counts as fresh.
fn extend<C: Config>(until: f64) {
    CACHE.with_borrow_mut(|cache| {
        if let Some(cached) = cache.get_mut(&TypeId::of::<C>()) {
            cached.until = until;
        }
    });
}

/// A number for what is asked of KV now.
fn ask() -> u64 {
    ASKED.set(ASKED.get() + 1);
    ASKED.get()
}

fn remember<C: Config>(copy: Rc<dyn Any>, asked: u64, millis: f64) -> Rc<dyn Any> {
    let cached = Cached { copy: copy.clone(), until: clock() + millis, asked };
    CACHE.with_borrow_mut(|cache| cache.insert(TypeId::of::<C>(), cached));
    READY.set(None);
    copy
}

/// The configuration, from the isolate's copy or from KV.
pub async fn current<C: Config>(env: &Env) -> Result<Rc<C>, Error> {
    let copy = match fresh(TypeId::of::<C>()) {
        Some(copy) => copy,
        None => refresh::<C>(env).await?,
    };
    copy.downcast().map_err(|_| Error::Platform(format!("{} is of another type", C::NAME)))
}

/// Changes the stored document and this isolate's copy; other isolates follow within a minute.
pub async fn change<C: Config>(env: &Env, patch: serde_json::Value) -> Result<Rc<C>, Error> {
    match update::<C>(env, patch).await {
        Ok(config) => {
            let config = Rc::new(config);
            remember::<C>(config.clone(), ask(), TTL_MILLIS);
            Ok(config)
        }
        Err(error) => {
            // Whether KV took the document may be unknown: the next call asks.
            if matches!(error, Error::ConfigUnavailable { .. }) {
                extend::<C>(0.0);
                READY.set(None);
            }
            Err(error)
        }
    }
}
