//! The attributes of durably. Applications use them through the crate `durably`, which exports them all: a crate that
//! depends on this one alone does not compile what they generate.

// Shells, nothing else: what an item means is decided in `durably-model`, what it becomes in `expand`, and what happens at
// run time in `durably`.

#[cfg(test)]
#[path = "../../tests/expansion/expansion.rs"]
mod expansion;

mod expand;
mod faults;

use durably_model::Annotation;
use proc_macro::TokenStream;

/// Makes a struct a Durable Object: a class of the same name, exported, bound and stored in SQLite.
///
/// Plain fields are the columns of the object's one row; a field of type `Log<T>` or `Map<K, V>` is a table of its own.
/// A state has at most 95 plain fields, and names its types by path: the build script resolves names, not globs or aliases.
/// The struct is left as it is written, so that methods use its fields directly. It needs one `#[durable_rpc]` block.
///
/// | on a field | meaning |
/// |---|---|
/// | nothing | a typed column; the first value is 0, `false`, empty or `None`, if the type has such a value |
/// | `#[durable(default)]` | the first value is `Default::default()` |
/// | `#[durable(default = 20)]` | the first value is this expression |
/// | `#[durable(json)]` | a column of JSON through serde's `Serialize` and `Deserialize`, for types that are not yours |
///
/// If a field has no first value, the block needs a `#[rpc(create)]` method.
///
/// ```rust
/// use durably::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// /// From another crate, say: it has serde's traits, and none of durably's.
/// #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
/// pub struct Theme { dark: bool }
///
/// #[durable_state]
/// pub struct Profile {
///     name: String,
///     #[durable(default = 20)]
///     page_size: u32,
///     #[durable(default)]
///     volume: Volume,
///     #[durable(default, json)]
///     theme: Theme,
///     visits: Log<Timestamp>,
///     bookmarks: Map<String, Uuid>,
/// }
///
/// #[derive(Clone, Copy, Debug, Default, PartialEq, Durable)]
/// pub enum Volume { Silent, #[default] Normal }
///
/// #[durable_rpc]
/// impl Profile {
///     pub fn visit(&mut self, cx: &Cx) -> Result<u32> {
///         self.visits.push(cx.now())?;
///         Ok(self.page_size)
///     }
/// }
/// ```
#[proc_macro_attribute]
pub fn durable_state(attr: TokenStream, item: TokenStream) -> TokenStream {
    expand::annotated(Annotation::State, attr.into(), &item.into()).into()
}

/// The methods of a Durable Object, in one `impl` block of its state.
///
/// | receiver | the method |
/// |---|---|
/// | `&self` | reads |
/// | `&mut self` | reads and writes, in one transaction: an `Err` or a panic undoes all of it |
/// | none, with `#[rpc(create)]` | makes the object, in one transaction; returns `Self` or `Result<Self, E>` |
/// | `async fn(this: Handle<Self>, …)` | may await; reads and writes through the handle |
///
/// All but the async ones may take `cx: &Cx` first. Arguments are owned Durable types, `&str` or `&[u8]`; a result is a
/// Durable type, or `Result<T, E>` with an `E` that derives `DurableError`.
///
/// A `pub` method is called by native Workers RPC from any Worker that binds the class, a private one with `#[rpc]` by the
/// typed client only. Other private functions in the block are helpers. The attribute makes the client, `RoomClient` for
/// `Room`, and the functions `Room::named`, `Room::by_id` and `Room::unique`, which give one.
///
/// | key | where | meaning |
/// |---|---|---|
/// | `authorize = public` | block, `#[rpc]` | the block's routes, or this one, are open to everyone |
/// | `authorize = f` | block, `#[rpc]` | `async fn f(&HttpCaller, &Env) -> Authorized<Who>` decides in the Worker |
/// | `authorize = (f, g)` | block, `#[rpc]` | then `fn g(&self, &Who) -> Authorized` decides in the object |
/// | `create` | `#[rpc]` | the method makes the object; a block has at most one |
/// | `http = "VERB /path/{id}"` | `#[rpc]` | a route; `{id}` is the object's id, other parameters are arguments |
/// | `status = 201` | `#[rpc]` with `http` | the status of a success, 200–299; otherwise 200, or 204 without a result |
///
/// `authorize` concerns HTTP alone. A native RPC call comes from a Worker that was given the binding, and is trusted.
///
/// ```rust
/// use durably::prelude::*;
///
/// #[derive(Clone, Debug, Durable)]
/// pub struct Player { name: String }
///
/// async fn player(caller: &HttpCaller, _env: &Env) -> Authorized<Player> {
///     Ok(Player { name: caller.bearer().ok_or(Refusal::Unauthorized)? })
/// }
///
/// #[durable_state]
/// pub struct Game { host: String, score: u32, moves: Log<String> }
///
/// #[durable_rpc(authorize = (player, Game::is_host))]
/// impl Game {
///     #[rpc(create)]
///     fn open(host: String) -> Self {
///         Self { host, score: 0, moves: Log::new() }
///     }
///
///     #[rpc(http = "POST /games/{id}/moves", status = 201)]
///     pub fn play(&mut self, cx: &Cx, step: String) -> Result<Seq> {
///         let _player: Player = cx.who()?;
///         self.score += 1;
///         Ok(self.moves.push(step)?)
///     }
///
///     #[rpc(http = "GET /games/{id}/score", authorize = public)]
///     pub fn score(&self) -> u32 {
///         self.score
///     }
///
///     pub async fn announce(this: Handle<Self>) -> Result<String> {
///         let score = this.read(|game| Ok::<_, durably::Error>(game.score))?;
///         Ok(format!("the score is {score}"))
///     }
///
///     fn is_host(&self, player: &Player) -> Authorized {
///         if self.host == player.name { Ok(()) } else { Err(Refusal::Forbidden) }
///     }
/// }
/// ```
///
/// State cannot be held across an `await`:
///
/// ```compile_fail
/// use durably::prelude::*;
///
/// #[durable_state]
/// pub struct Slow { count: u32 }
///
/// #[durable_rpc]
/// impl Slow {
///     pub async fn increment(&mut self) { self.count += 1 }
/// }
/// ```
#[proc_macro_attribute]
pub fn durable_rpc(attr: TokenStream, item: TokenStream) -> TokenStream {
    expand::annotated(Annotation::Rpc, attr.into(), &item.into()).into()
}

/// A route that no single object answers: an async function in the Worker.
///
/// | argument | meaning |
/// |---|---|
/// | `"VERB /path/{name}"` | GET, POST, PUT, PATCH or DELETE, and a path whose parameters are arguments of the function |
/// | `authorize = public` | open to everyone |
/// | `authorize = f` | `async fn f(&HttpCaller, &Env) -> Authorized<Who>` decides; the function reads `Who` by `cx.who()` |
/// | `status = 201` | the status of a success, 200–299; otherwise 200, or 204 without a result |
///
/// The function may take `cx: &RouteCx` first. Its other arguments come from the path, the query (GET, DELETE) or the JSON
/// body (POST, PUT, PATCH). Two routes that could answer the same request do not compile.
///
/// ```rust
/// use durably::prelude::*;
///
/// #[derive(Debug, Durable)]
/// pub struct Greeting { text: String }
///
/// #[durable_route("GET /greetings/{name}", authorize = public)]
/// async fn greet(cx: &RouteCx, name: String, loud: Option<bool>) -> Greeting {
///     let text = format!("hello {name}, it is {}", cx.now());
///     Greeting { text: if loud == Some(true) { text.to_uppercase() } else { text } }
/// }
///
/// #[durable_route("POST /greetings", authorize = public, status = 202)]
/// async fn greet_later(greeting: Greeting) {
///     worker::console_log!("{}", greeting.text);
/// }
/// ```
#[proc_macro_attribute]
pub fn durable_route(attr: TokenStream, item: TokenStream) -> TokenStream {
    expand::annotated(Annotation::Route, attr.into(), &item.into()).into()
}

/// Settings that operators change without a deploy: one JSON document in KV, under the struct's name in `snake_case`, in a
/// namespace that is bound under the same name in capitals.
///
/// | on a field | meaning |
/// |---|---|
/// | nothing | required: the document has to have it, unless it is an `Option` |
/// | `#[config(default = 30)]` | the value if neither the document nor the variable has one |
/// | `#[config(env = "MODEL")]` | the environment's variable, if the document has no value |
/// | `#[config(min = 1, max = 100)]` | inclusive bounds: of a number, of the characters of a `String`, of the items of a `Vec` |
/// | `#[config(secret = "API_KEY")]` | from the environment's secrets only; of type `Secret<String>`, or an `Option` of it |
///
/// The build checks defaults and initial values against type and bounds. `Settings::load(&env)` reads, `Settings::update(&env,
/// patch)` changes, and a method finds the configuration in `cx.config::<Settings>()`.
///
/// ```rust
/// use durably::prelude::*;
///
/// #[kv_config]
/// pub struct Mailer {
///     #[config(default = "noreply@example.com", env = "SENDER", min = 3, max = 254)]
///     pub sender: String,
///     #[config(default = 3, min = 0, max = 10)]
///     pub retries: u32,
///     pub signature: Option<String>,
///     #[config(secret = "MAIL_KEY")]
///     pub key: Secret<String>,
/// }
///
/// async fn header(env: &Env) -> Result<String> {
///     Ok(format!("Bearer {}", Mailer::load(env).await?.key.reveal()))
/// }
/// ```
#[proc_macro_attribute]
pub fn kv_config(attr: TokenStream, item: TokenStream) -> TokenStream {
    expand::annotated(Annotation::Config, attr.into(), &item.into()).into()
}

/// Makes a struct or an enum a value that is stored, sent and received, in one encoding.
///
/// | type | JSON | column |
/// |---|---|---|
/// | `struct T { a: A }` | object; unknown members are refused | JSON; as an item of a collection a column for each field |
/// | `struct T(A)` | as `A` | as `A` |
/// | `struct T(A, B)` | array | JSON |
/// | `struct T;` | `null` | JSON |
/// | enum without data | text, the variant in `snake_case` | TEXT |
/// | enum with data | `"unit"`, `{"variant": value}`, `{"variant": {…}}` | JSON |
///
/// | key | where | meaning |
/// |---|---|---|
/// | `#[durable(default)]` | type | its first value in a state is `Default::default()` |
/// | `#[durable(default)]`, `#[durable(default = expr)]` | named field | the value of a member that is absent |
/// | `#[durable(json)]` | named field | through serde, opaque to durably |
///
/// Generic types, references, functions and `dyn` are refused, as are serde's attributes.
///
/// ```rust
/// use durably::prelude::*;
///
/// #[derive(Clone, Debug, PartialEq, Durable)]
/// pub struct Parcel {
///     size: Size,
///     #[durable(default = 1)]
///     pieces: u32,
///     events: Vec<Event>,
/// }
///
/// /// A field of this type needs no `default` of its own.
/// #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Durable)]
/// #[durable(default)]
/// pub enum Size { #[default] Small, Large }
///
/// #[derive(Clone, Debug, PartialEq, Durable)]
/// pub enum Event { Posted, Weighed(u32), Returned { reason: String } }
/// ```
#[proc_macro_derive(Durable, attributes(durable))]
pub fn derive_durable(item: TokenStream) -> TokenStream {
    expand::annotated(Annotation::Durable, TokenStream::new().into(), &item.into()).into()
}

/// Makes an enum an error that crosses the wire: each variant is a stable code, its name in `snake_case`.
///
/// `#[error(status = 409, "message")]` on a variant gives the HTTP status, 400–599, and the message. `{name}` in the message
/// stands for a field, `{0}` for one without a name; a format such as `{name:?}` is refused, because clients in other
/// languages write the message too. Fields are values that derive `Durable`, and arrive in the `data` of a problem.
///
/// ```rust
/// use durably::prelude::*;
///
/// #[derive(Debug, DurableError)]
/// pub enum UploadError {
///     #[error(status = 413, "the file has {size} bytes, at most {max} are allowed")]
///     TooLong { size: u64, max: u64 },
///     #[error(status = 415, "{0} is not a picture")]
///     NotAPicture(String),
/// }
///
/// fn check(kind: &str, size: u64) -> Result<(), UploadError> {
///     if size > 1 << 20 {
///         return Err(UploadError::TooLong { size, max: 1 << 20 }.into());
///     }
///     if !kind.starts_with("image/") {
///         return Err(UploadError::NotAPicture(kind.to_owned()).into());
///     }
///     Ok(())
/// }
/// ```
#[proc_macro_derive(DurableError, attributes(error, durable))]
pub fn derive_durable_error(item: TokenStream) -> TokenStream {
    expand::annotated(Annotation::Error, TokenStream::new().into(), &item.into()).into()
}

/// Marks the function that answers the Worker's requests: `#[event(fetch)]`, once in a crate.
///
/// ```rust
/// use durably::prelude::*;
///
/// #[event(fetch)]
/// async fn fetch(request: Request, env: Env, cx: worker::Context) -> worker::Result<Response> {
///     durably::serve(request, env, cx).await
/// }
/// ```
#[proc_macro_attribute]
pub fn event(attr: TokenStream, item: TokenStream) -> TokenStream {
    expand::event(&attr.into(), &item.into()).into()
}

/// Includes what the build script generated: the class of each state, the names of the bindings and the table of routes.
/// Stands at the root of the crate, once.
///
/// ```rust
/// durably::bindings!();
/// ```
#[proc_macro]
pub fn bindings(input: TokenStream) -> TokenStream {
    expand::bindings(&input.into()).into()
}

#[cfg(test)]
mod tests {
    use durably_model::keys::{ALL, Keys};

    /// Users see these comments; each key stands in that of its macro.
    #[test]
    fn every_key_is_documented() {
        let source = include_str!("lib.rs");
        for Keys { attribute, keys } in ALL {
            let shown = format!("#[{attribute}(");
            let text: String = source.lines().filter(|line| line.starts_with("///")).collect();
            for key in keys {
                let mut uses = text.split(&shown).skip(1).filter_map(|rest| rest.split(")]").next());
                assert!(uses.any(|list| list.contains(key)), "no comment shows `{key}` in `{shown}…)]`");
            }
        }
    }
}
