use serde_json::{Map, Value};

/// A JSON merge patch (RFC 7396): the body of a PATCH. Members replace, null resets; what it applies to decides which
/// members there may be.
#[derive(Debug, Clone, PartialEq)]
pub struct MergePatch(pub(crate) Map<String, Value>);

impl MergePatch {
    #[doc(hidden)]
    pub fn into_value(self) -> Value {
        Value::Object(self.0)
    }
}
