//! Who sends a request.

use std::collections::BTreeMap;
use std::fmt;

/// The request as an `authorize` function sees it: its verb, path and headers. Nothing of the body was read, and no object
/// was woken.
///
/// ```rust
/// use durably::prelude::*;
///
/// #[derive(Clone, Debug, Durable)]
/// pub struct Operator { name: String }
///
/// async fn operator(caller: &HttpCaller, env: &Env) -> Authorized<Operator> {
///     let key = env.secret("OPERATOR_KEY").ok_or(Refusal::Unavailable)?;
///     let token = caller.bearer().ok_or(Refusal::Unauthorized)?;
///     if !key.matches(&token) {
///         return Err(Refusal::Unauthorized);
///     }
///     Ok(Operator { name: caller.header("x-operator").unwrap_or_default() })
/// }
/// ```
pub struct HttpCaller {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) params: BTreeMap<String, String>,
    pub(crate) headers: web_sys::Headers,
}

impl fmt::Debug for HttpCaller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpCaller").field("method", &self.method).field("path", &self.path).finish_non_exhaustive()
    }
}

impl HttpCaller {
    /// The verb, in capitals.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The path without the query, percent-encoded as it was sent.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// A parameter of the path, decoded: `id` of `/v1/conversations/{id}`.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.get(name).map(String::as_str)
    }

    /// A header. The name is read in any case.
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).ok().flatten()
    }

    /// The token of `Authorization: Bearer …`, if there is one that is not empty.
    pub fn bearer(&self) -> Option<String> {
        let header = self.header("authorization")?;
        let (scheme, token) = header.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned()).filter(|token| !token.is_empty())
    }
}
