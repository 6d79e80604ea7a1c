//! A change of settings.

use serde_json::{Map, Value};

/// A JSON merge patch (RFC 7396), the body of a PATCH: its members replace those of the document, `null` resets one to its
/// default. [`update`](crate::Config#updating) of a configuration applies it.
///
/// ```rust
/// use durably::prelude::*;
///
/// #[kv_config]
/// pub struct Banner {
///     #[config(default = "", max = 200)]
///     pub text: String,
/// }
///
/// /// `{"text": "Back at noon"}` sets the text, `{"text": null}` resets it.
/// #[durable_route("PATCH /banner", authorize = public)]
/// async fn change_banner(cx: &RouteCx, patch: MergePatch) -> Result<String> {
///     Ok(Banner::update(cx.env(), patch).await?.text.clone())
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct MergePatch(pub(crate) Map<String, Value>);

impl MergePatch {
    #[doc(hidden)]
    pub fn into_value(self) -> Value {
        Value::Object(self.0)
    }
}
