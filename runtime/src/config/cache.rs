//! The isolate's copies of configurations.

use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::{Config, Loaded, load, update, warn};
use crate::Error;
use crate::env::Env;
use crate::object::call::LocalFuture;

/// How long a copy is used before KV is asked again. KV itself caches no shorter than 30 s.
pub(crate) const TTL_SECONDS: u64 = 60;
#[expect(clippy::cast_precision_loss, reason = "60,000")]
const TTL_MILLIS: f64 = (TTL_SECONDS * 1000) as f64;

/// One configuration type of an application, for loading it without knowing its name.
#[derive(Clone, Copy)]
pub struct ConfigEntry {
    id: fn() -> TypeId,
    load: fn(Env) -> LocalFuture<Copy>,
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
type Copy = Result<Rc<dyn Any>, Error>;

struct Cached {
    copy: Copy,
    at: f64,
}

thread_local! {
    static CACHE: RefCell<HashMap<TypeId, Cached>> = RefCell::default();
    /// All configurations together, and until when they are fresh: a call then costs one look at the clock.
    static READY: RefCell<Option<(Configs, f64)>> = const { RefCell::new(None) };
}

/// The configurations as they were when a call began.
#[derive(Clone, Default)]
pub(crate) struct Configs(Rc<HashMap<TypeId, Copy>>);

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

fn fresh(id: TypeId) -> Option<Copy> {
    CACHE.with_borrow(|cache| {
        let cached = cache.get(&id)?;
        (js_sys::Date::now() - cached.at < TTL_MILLIS).then(|| cached.copy.clone())
    })
}

/// The configurations if every one is there and fresh: calls then need not wait.
pub(crate) fn ready(entries: impl FnOnce() -> Vec<ConfigEntry>) -> Option<Configs> {
    let now = js_sys::Date::now();
    let known =
        READY.with_borrow(|ready| ready.as_ref().filter(|(_, until)| now < *until).map(|(configs, _)| configs.clone()));
    if known.is_some() {
        return known;
    }
    let (mut copies, mut until) = (HashMap::new(), f64::INFINITY);
    for entry in entries() {
        let id = (entry.id)();
        let (copy, at) = CACHE.with_borrow(|cache| cache.get(&id).map(|cached| (cached.copy.clone(), cached.at)))?;
        until = until.min(at + TTL_MILLIS);
        copies.insert(id, copy);
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
            Some(copy) => copy,
            None => (entry.load)(env.clone()).await,
        };
        copies.insert(id, copy);
    }
    Configs(Rc::new(copies))
}

/// Loads from KV. A failure keeps the copy that this isolate has, and is asked for again at the next call.
async fn refresh<C: Config>(env: &Env) -> Copy {
    let kept = || CACHE.with_borrow(|cache| cache.get(&TypeId::of::<C>()).and_then(|cached| cached.copy.clone().ok()));
    match load::<C>(env).await {
        Ok(Loaded { config, fault }) => {
            if let Some(fault) = fault {
                warn::<C>(&fault);
                // What this isolate used last is at least as new as the stored copy.
                if let Some(copy) = kept() {
                    return remember::<C>(Ok(copy));
                }
            }
            remember::<C>(Ok(Rc::new(config)))
        }
        Err(error) => match kept() {
            Some(copy) => {
                warn::<C>(&error);
                remember::<C>(Ok(copy))
            }
            None => Err(error),
        },
    }
}

fn remember<C: Config>(copy: Copy) -> Copy {
    let cached = Cached { copy: copy.clone(), at: js_sys::Date::now() };
    CACHE.with_borrow_mut(|cache| cache.insert(TypeId::of::<C>(), cached));
    READY.set(None);
    copy
}

/// The configuration, from the isolate's copy or from KV.
pub async fn current<C: Config>(env: &Env) -> Result<Rc<C>, Error> {
    let copy = match fresh(TypeId::of::<C>()) {
        Some(copy) => copy?,
        None => refresh::<C>(env).await?,
    };
    copy.downcast().map_err(|_| Error::Platform(format!("{} is of another type", C::NAME)))
}

/// Changes the stored document and this isolate's copy; other isolates follow within a minute.
pub async fn change<C: Config>(env: &Env, patch: serde_json::Value) -> Result<Rc<C>, Error> {
    let config = Rc::new(update::<C>(env, patch).await?);
    let _ = remember::<C>(Ok(config.clone()));
    Ok(config)
}
