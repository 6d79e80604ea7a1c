//! Writes JSON text, in declaration order, and remembers the first value that JSON cannot hold.

use std::fmt::Write as _;

use crate::error::Error;
use crate::limits::JSON_MAX_DEPTH;

/// A JSON text being written.
#[derive(Debug, Default)]
pub struct Json {
    text: String,
    fault: Option<Error>,
    depth: usize,
}

impl Json {
    /// The text, or the first value that could not be written.
    pub fn finish(self) -> Result<String, Error> {
        match self.fault {
            None => Ok(self.text),
            Some(fault) => Err(fault),
        }
    }

    /// Text that is JSON already.
    pub fn raw(&mut self, json: &str) {
        self.text.push_str(json);
    }

    /// An integer, exact at any width.
    pub fn integer(&mut self, value: impl std::fmt::Display) {
        let _ = write!(self.text, "{value}"); // writing to a String cannot fail
    }

    /// A number; NaN and the infinities have no JSON.
    pub fn float(&mut self, value: f64) {
        if value.is_finite() {
            let _ = write!(self.text, "{value:?}");
        } else {
            self.fail(Error::Unstorable {
                what: format!("the number {value}"),
                why: "only finite numbers can be stored or sent",
            });
        }
    }

    /// A string with everything escaped that JSON wants escaped.
    pub fn string(&mut self, value: &str) {
        self.text.push('"');
        let mut plain = 0;
        for (i, byte) in value.bytes().enumerate() {
            let escape = match byte {
                b'"' => "\\\"",
                b'\\' => "\\\\",
                b'\n' => "\\n",
                b'\r' => "\\r",
                b'\t' => "\\t",
                0..0x20 => "",
                _ => continue,
            };
            self.text.push_str(&value[plain..i]);
            if escape.is_empty() {
                let _ = write!(self.text, "\\u{byte:04x}");
            } else {
                self.text.push_str(escape);
            }
            plain = i + 1;
        }
        self.text.push_str(&value[plain..]);
        self.text.push('"');
    }

    /// JSON that another writer made: its depth counts.
    pub(crate) fn foreign(&mut self, json: &str) {
        let inner = depth(json);
        self.deepen(inner);
        self.depth -= inner;
        self.raw(json);
    }

    fn deepen(&mut self, by: usize) {
        self.depth += by;
        if self.depth > JSON_MAX_DEPTH {
            let what = format!("a value with more than {JSON_MAX_DEPTH} lists and objects in one another");
            self.fail(Error::Unstorable { what, why: "deeper ones cannot be passed on and read again" });
        }
    }

    /// `[…]`.
    pub fn array<T>(&mut self, items: impl IntoIterator<Item = T>, mut each: impl FnMut(&mut Self, T)) {
        self.deepen(1);
        self.text.push('[');
        for (i, item) in items.into_iter().enumerate() {
            if i > 0 {
                self.text.push(',');
            }
            each(self, item);
        }
        self.text.push(']');
        self.depth -= 1;
    }

    /// `{…}`.
    pub fn object(&mut self, body: impl FnOnce(&mut Members<'_>)) {
        self.deepen(1);
        self.text.push('{');
        body(&mut Members { json: self, first: true });
        self.text.push('}');
        self.depth -= 1;
    }

    /// Keeps the first fault.
    pub fn fail(&mut self, fault: Error) {
        self.fault.get_or_insert(fault);
    }
}

/// How deep a JSON text goes.
fn depth(json: &str) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// The members of an object being written.
#[derive(Debug)]
pub struct Members<'a> {
    json: &'a mut Json,
    first: bool,
}

impl Members<'_> {
    /// One member, its value written by `value`.
    pub fn member(&mut self, name: &str, value: impl FnOnce(&mut Json)) {
        if !std::mem::take(&mut self.first) {
            self.json.text.push(',');
        }
        self.json.string(name);
        self.json.text.push(':');
        value(self.json);
    }
}
