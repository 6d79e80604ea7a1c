//! From a request to an answer.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use worker::{Context, Request, Response};

use super::body::{drain, read_json, refuse};
use super::caller::HttpCaller;
use super::path;
use super::problem::Problem;
use super::route::{Access, Registry, Route, RouteCx, Target};
use crate::call::{Args, Envelope, HttpArgs, Sent, Source, check_key, read_reply, send};
use crate::domain::CallFailure;
use crate::error::{Error, FieldError, Outcome, Refusal};
use crate::platform::turn::{Turn, keyed, reached, watch_panics};
use crate::platform::{Env, Peer};

thread_local! {
    static ROUTES: RefCell<Option<Rc<[Route]>>> = const { RefCell::new(None) };
}

/// The Worker's `fetch` event: makes the application's routes known, then runs the user's function.
pub fn fetch<R: Registry, F>(
    request: JsValue,
    env: JsValue,
    ctx: JsValue,
    only_serves: bool,
    handler: fn(Request, Env, Context) -> F,
) -> JsValue
where
    F: Future<Output = worker::Result<Response>> + 'static,
{
    watch_panics();
    ROUTES.with_borrow_mut(|routes| routes.get_or_insert_with(|| R::routes().into()).clone());
    let request = Request::from(request.unchecked_into::<web_sys::Request>());
    let context = Context::new(ctx.unchecked_into());
    let answer = handler(request, Env::new(env), context);
    future_to_promise(Turn::of_a_part(!only_serves, async move {
        // The application's own function may do anything before it asks for the routes.
        reached(Outcome::Unknown);
        let response = match answer.await {
            Ok(response) => response,
            Err(error) => respond_problem(&Error::from(error).into(), &[])?,
        };
        Ok(web_sys::Response::from(response).into())
    }))
    .into()
}

/// Answers the routes that `#[rpc(http = …)]` and `#[durable_route]` declare. A path that has no route is a 404, another
/// verb a 405 with `Allow`.
///
/// If the `fetch` event does this and nothing else, a request whose instance is reset still gets the answer of its object. An
/// event that does more, like this one, may want to change the answer, and gives that up:
///
/// ```rust
/// use durably::prelude::*;
///
/// #[event(fetch)]
/// async fn fetch(request: Request, env: Env, cx: worker::Context) -> worker::Result<Response> {
///     let mut response = durably::serve(request, env, cx).await?;
///     response.headers_mut().set("x-content-type-options", "nosniff")?;
///     Ok(response)
/// }
/// ```
///
/// # Errors
/// Only if the platform cannot make a response.
pub async fn serve(request: Request, env: Env, _cx: Context) -> worker::Result<Response> {
    let routes = ROUTES.with_borrow(Clone::clone).unwrap_or_else(|| Vec::new().into());
    let raw: JsValue = JsValue::from(request.inner());
    let after_others = reached(Outcome::NotDone);
    let answer = answer(&routes, request.inner(), env, after_others).await;
    let answer = if after_others { answer.map_err(Refused::after_others) } else { answer };
    let response = render(answer, &request.inner().method())?;
    // An unread body can reset the connection before the client has read the answer (workers-sdk #15709), and once the answer
    // is out nothing can be read any more.
    let _ = drain(&raw).await;
    reached(Outcome::Unknown); // what the application does with it
    Ok(response)
}

/// The answer to a request whose instance is gone: what its object replied after all. Undefined if it can't be made.
pub fn answered(reply: &str, status: u16, verb: &str) -> JsValue {
    let answer = match read_reply(reply) {
        Ok(json) => Ok(Answer::of(status, json.to_owned())),
        Err(error) => Err(Refused::from(hidden((*error).into()))),
    };
    render(answer, verb).map_or(JsValue::UNDEFINED, |response| web_sys::Response::from(response).into())
}

fn render(answer: Result<Answer, Refused>, verb: &str) -> worker::Result<Response> {
    let head = verb == "HEAD";
    match answer {
        Ok(Answer { status, json }) => {
            respond(status, json.as_deref(), head, &[("content-type", "application/json".into())])
        }
        Err(Refused { problem, headers }) => respond_problem(&problem, &headers),
    }
}

struct Answer {
    status: u16,
    json: Option<String>,
}

impl Answer {
    fn of(status: u16, json: String) -> Self {
        // The statuses of a success that have no body.
        let bodiless = matches!(status, 204 | 205);
        Self { status, json: (!bodiless).then_some(json) }
    }
}

struct Refused {
    problem: Problem,
    headers: Vec<(&'static str, String)>,
}

impl Refused {
    /// The application's `fetch` awaited something before it asked for the routes.
    fn after_others(self) -> Self {
        Self { problem: self.problem.after_others(), ..self }
    }
}

impl<P: Into<Problem>> From<P> for Refused {
    fn from(problem: P) -> Self {
        Self { problem: problem.into(), headers: Vec::new() }
    }
}

async fn answer(routes: &[Route], request: &web_sys::Request, env: Env, after_others: bool) -> Result<Answer, Refused> {
    let url = request.url();
    let (path, query) = path::split(&url);
    let verb = request.method();
    let (route, path_params) = find(routes, &verb, path)?;

    let caller = Rc::new(HttpCaller {
        method: verb,
        path: path.to_owned(),
        params: path_params.clone(),
        headers: request.headers(),
    });
    let who = match &route.access {
        Access::Public => None,
        Access::By(authorize) => Some(authorize(caller.clone(), env.clone()).await.map_err(Error::from)?),
    };
    // A forged id is found out before anything of the body is read, and without waking an object.
    let peer = match &route.target {
        Target::Object { class, binding, .. } => {
            let id = path_params.get("id").map_or("", String::as_str);
            Some(Peer::by_id(&env, class, binding, id).map_err(|error| hidden(error.into()))?)
        }
        Target::Function(_) => None,
    };
    let input = read_input(route, &caller, query, request).await;

    let json = match (&route.target, peer) {
        (Target::Object { method, awaits, .. }, Some(peer)) => {
            // What is wrong with a request is told by the object, to those whom it admits: to others the answer must be
            // the same as if it did not exist.
            let (key, arguments) = match input {
                Ok(Input { key, params, body }) => (key, Sent::Http { params, body }),
                Err(fault) => (None, Sent::Faulty(fault)),
            };
            // A method that answers a GET only reads, unless it awaits: then it may have done anything.
            let safe = !after_others && !awaits && (key.is_some() || route.method == "GET");
            if safe {
                keyed();
            }
            let envelope = Envelope { method: (*method).to_owned(), arguments, key, deadline: None, who };
            let answer = send(&peer, &envelope, safe, Some(route.status)).await.map_err(Problem::from)?;
            read_reply(&answer).map_err(|error| hidden((*error).into()))?.to_owned()
        }
        (Target::Function(function), _) => {
            let Input { key, params, body } = input?;
            let parse = |text: &String| crate::codec::parse(text, 0).map_err(Error::BadRequest);
            let body = body.as_ref().map(parse).transpose()?;
            let who = who.as_ref().map(parse).transpose()?;
            let args = Args::new(Source::Http(HttpArgs { params, body }), route.arguments);
            let keyed = Rc::new(Cell::new(false));
            let cx = RouteCx { env, caller, who, key, keyed: keyed.clone() };
            let fail = |fail: CallFailure| hidden(if keyed.get() { fail.keyed() } else { fail }.into());
            function(cx, args).await.map_err(fail)?
        }
        (Target::Object { .. }, None) => return Err(Error::Platform("the route has no object".into()).into()),
    };
    Ok(Answer::of(route.status, json))
}

/// What a request brings besides its path and its caller.
struct Input {
    key: Option<String>,
    params: BTreeMap<String, String>,
    body: Option<String>,
}

async fn read_input(
    route: &Route,
    caller: &HttpCaller,
    query: &str,
    request: &web_sys::Request,
) -> Result<Input, Error> {
    let key = caller.header("idempotency-key");
    if let Some(key) = &key {
        check_key(key)?;
    }
    let mut params = path::query(query)?;
    let names = route.arguments.names;
    let known = |name: &str| names.contains(&name) && !caller.params.contains_key(name);
    let unknown: Vec<FieldError> = params
        .keys()
        .filter(|name| !known(name))
        .map(|name| FieldError { field: name.clone(), message: "unknown parameter".into() })
        .collect();
    if !unknown.is_empty() {
        return Err(Error::BadArguments(unknown));
    }
    let in_path = caller.params.iter().filter(|(name, _)| names.contains(&name.as_str()));
    params.extend(in_path.map(|(name, value)| (name.clone(), value.clone())));
    let body = match route.method {
        "GET" | "DELETE" => {
            refuse(route.method, caller, request.as_ref()).await?;
            None
        }
        _ => Some(read_json(caller, request.as_ref()).await?),
    };
    Ok(Input { key, params, body })
}

fn hidden(problem: Problem) -> Problem {
    problem.hiding_absence()
}

/// The route of a path; a literal segment wins over a parameter. The build has refused what this could not order.
#[allow(clippy::result_large_err, reason = "a refusal is made once a request; with pointers of 64 bits it is large")]
fn find<'a>(routes: &'a [Route], verb: &str, path: &str) -> Result<(&'a Route, BTreeMap<String, String>), Refused> {
    let not_found = || Refused::from(Error::from(Refusal::NotFound));
    let segments = path::segments(path).ok_or_else(not_found)?;
    let mut matching: Vec<(usize, &Route, BTreeMap<String, String>)> = routes
        .iter()
        .filter_map(|route| {
            let params = matches(route.pattern, &segments)?;
            Some((params.len(), route, params))
        })
        .collect();
    let fewest = matching.iter().map(|(params, ..)| *params).min().ok_or_else(not_found)?;
    matching.retain(|(params, ..)| *params == fewest);
    let wanted = if verb == "HEAD" { "GET" } else { verb };
    let mut allowed: Vec<&str> = matching.iter().map(|(_, route, _)| route.method).collect();
    if let Some((_, route, params)) = matching.into_iter().find(|(_, route, _)| route.method == wanted) {
        return Ok((route, params));
    }
    if allowed.contains(&"GET") {
        allowed.push("HEAD");
    }
    allowed.sort_unstable();
    let allowed = allowed.join(", ");
    let why = format!("this path takes {allowed}");
    let error = Error::Other {
        code: "method_not_allowed".into(),
        status: 405,
        message: why,
        retryable: false,
        outcome: Outcome::NotDone,
        fields: Vec::new(),
        data: None,
    };
    Err(Refused { problem: error.into(), headers: vec![("allow", allowed)] })
}

fn matches(pattern: &str, segments: &[String]) -> Option<BTreeMap<String, String>> {
    let mut params = BTreeMap::new();
    let mut wanted = pattern.strip_prefix('/')?.split('/');
    for segment in segments {
        let want = wanted.next()?;
        match want.strip_prefix('{').and_then(|want| want.strip_suffix('}')) {
            Some(name) if !segment.is_empty() => {
                params.insert(name.to_owned(), segment.clone());
            }
            None if want == segment => {}
            _ => return None,
        }
    }
    wanted.next().is_none().then_some(params)
}

fn respond_problem(problem: &Problem, headers: &[(&'static str, String)]) -> worker::Result<Response> {
    if let Some(internal) = problem.internal() {
        worker::console_error!("durably: {internal}");
    }
    let mut all = problem.headers();
    all.extend_from_slice(headers);
    respond(problem.status, Some(&problem.json()), false, &all)
}

fn respond(
    status: u16,
    json: Option<&str>,
    head: bool,
    headers: &[(&'static str, String)],
) -> worker::Result<Response> {
    let init = web_sys::ResponseInit::new();
    init.set_status(status);
    let list = web_sys::Headers::new()?;
    for (name, value) in headers {
        if json.is_some() || *name != "content-type" {
            list.set(name, value)?;
        }
    }
    // Answers hold somebody's data: no cache on the way may keep them.
    list.set("cache-control", "no-store")?;
    init.set_headers(&list);
    Ok(web_sys::Response::new_with_opt_str_and_init(json.filter(|_| !head), &init)?.into())
}
