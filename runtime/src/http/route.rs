//! A route, and who may take it.

use std::cell::Cell;
use std::fmt;
use std::ops::AsyncFn;
use std::rc::Rc;

use serde_json::Value;

use super::caller::HttpCaller;
use crate::call::{Args, Signature};
use crate::codec::{Decoder, Durable, to_json};
use crate::config::{Config, ConfigEntry, current};
use crate::domain::CallFailure;
use crate::error::{Error, Outcome, Refusal, faults_text};
use crate::object::Cx;
use crate::platform::turn::{keyed, reached};
use crate::platform::{Env, LocalFuture, now, random};
use crate::value::Timestamp;

/// One line of the route table.
pub struct Route {
    /// The verb.
    pub method: &'static str,
    /// `/v1/conversations/{id}/turns`.
    pub pattern: &'static str,
    /// Of a success.
    pub status: u16,
    /// Who may take it.
    pub access: Access,
    /// Its arguments.
    pub arguments: Signature,
    /// What answers.
    pub target: Target,
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.pattern)
    }
}

/// What an application has, all of it.
pub trait Registry {
    /// Every route.
    fn routes() -> Vec<Route>;
    /// Every configuration.
    fn configs() -> Vec<ConfigEntry>;
}

/// What answers a route.
pub enum Target {
    /// A method of the object whose id is the path's `{id}`.
    #[allow(missing_docs, reason = "class, binding and method by their names")]
    Object {
        class: &'static str,
        binding: &'static str,
        method: &'static str,
        /// Whether the method awaits: what it did before it failed stays, key or not.
        awaits: bool,
    },
    /// A function in the Worker.
    Function(fn(RouteCx, Args) -> LocalFuture<Result<String, CallFailure>>),
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object { class, method, .. } => write!(f, "{class}::{method}"),
            Self::Function(_) => f.write_str("a function"),
        }
    }
}

/// An `authorize` function, its type erased: who calls, as JSON.
type Authorize = Rc<dyn Fn(Rc<HttpCaller>, Env) -> LocalFuture<Result<String, Refusal>>>;

/// Who may take a route.
#[derive(Clone)]
pub enum Access {
    /// Anyone, said explicitly.
    Public,
    /// Whom the function lets in.
    By(Authorize),
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Public => "public",
            Self::By(_) => "authorize",
        })
    }
}

impl Access {
    /// Access through `async fn(&HttpCaller, &Env) -> Result<Who, Refusal>`.
    pub fn by<W, F>(authorize: F) -> Self
    where
        W: Durable,
        F: AsyncFn(&HttpCaller, &Env) -> Result<W, Refusal> + Copy + 'static,
    {
        Self::By(Rc::new(move |caller, env| {
            Box::pin(async move {
                let who = authorize(&caller, &env).await?;
                to_json(&who).map_err(|_| Refusal::Unavailable)
            })
        }))
    }
}

/// What the object's own `authorize` function takes: `fn(&self, &Who) -> Result<(), Refusal>`.
pub fn admit<S, W: Durable>(
    state: &S,
    cx: &Cx,
    may: impl FnOnce(&S, &W) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let who = cx.who::<W>().map_err(|_| Refusal::Unauthorized)?;
    may(state, &who)
}

/// Runs a route's own function, its arguments read: from here on nobody knows what is done.
pub async fn begun(function: impl Future<Output = Result<String, CallFailure>>) -> Result<String, CallFailure> {
    reached(Outcome::Unknown);
    let reply = function.await.map_err(CallFailure::begun)?;
    reached(Outcome::Done);
    Ok(reply)
}

/// What a `#[durable_route]` function knows about its request.
///
/// ```rust
/// use durably::prelude::*;
///
/// #[durable_route("GET /clock", authorize = public)]
/// async fn clock(cx: &RouteCx, zone: Option<String>) -> String {
///     format!("{} {}", cx.now(), zone.or_else(|| cx.caller().header("x-zone")).unwrap_or_default())
/// }
/// ```
pub struct RouteCx {
    pub(crate) env: Env,
    pub(crate) caller: Rc<HttpCaller>,
    pub(crate) who: Option<Value>,
    pub(crate) key: Option<String>,
    /// Whether the function asked for the key, and so may be called again with it.
    pub(crate) keyed: Rc<Cell<bool>>,
}

impl fmt::Debug for RouteCx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RouteCx").field("caller", &self.caller).finish_non_exhaustive()
    }
}

impl RouteCx {
    /// The environment: variables, secrets, objects.
    pub fn env(&self) -> &Env {
        &self.env
    }

    /// The verb, path, path parameters and headers of the request.
    pub fn caller(&self) -> &HttpCaller {
        &self.caller
    }

    /// The caller, as the route's `authorize` function returned it.
    ///
    /// # Errors
    /// [`Error::NoCaller`] on a public route.
    pub fn who<W: Durable>(&self) -> Result<W, Error> {
        let who = self.who.clone().ok_or(Error::NoCaller)?;
        Decoder::read(who)
            .map_err(|faults| Error::Platform(format!("`who` is of another type: {}", faults_text(&faults))))
    }

    /// The request's `Idempotency-Key`, which was checked for its form. Pass it on to the object that does the work: with the
    /// request it decides whether the client is told that it may repeat the request.
    ///
    /// ```rust
    /// use durably::prelude::*;
    ///
    /// #[durable_state]
    /// pub struct Orders { placed: Log<String> }
    ///
    /// #[durable_rpc]
    /// impl Orders {
    ///     pub fn place(&mut self, what: String) -> Result<Seq> {
    ///         Ok(self.placed.push(what)?)
    ///     }
    /// }
    ///
    /// #[durable_route("POST /orders", authorize = public, status = 201)]
    /// async fn place_order(cx: &RouteCx, what: String) -> Result<Seq> {
    ///     let orders = Orders::named(cx.env(), "all")?;
    ///     match cx.idempotency_key() {
    ///         Some(key) => orders.idempotent(key).place(what).await,
    ///         None => orders.place(what).await,
    ///     }
    /// }
    /// ```
    pub fn idempotency_key(&self) -> Option<&str> {
        if self.key.is_some() {
            self.keyed.set(true);
            keyed();
        }
        self.key.as_deref()
    }

    /// The configuration, from this isolate's copy if it is younger than a minute, else from KV.
    ///
    /// # Errors
    /// [`Error::Config`] or [`Error::ConfigUnavailable`] if it cannot be loaded and there is no last good one.
    pub async fn config<C: Config>(&self) -> Result<Rc<C>, Error> {
        current(&self.env).await
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        now()
    }

    /// `N` random bytes from a cryptographically secure source.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        random(&mut bytes);
        bytes
    }
}
