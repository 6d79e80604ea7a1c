//! Writes JSON text, in declaration order, and remembers the first value that JSON cannot hold.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::error::Error;
use crate::limits::JSON_MAX_DEPTH;

/// A JSON text being written.
#[derive(Debug, Default)]
pub struct Json {
    text: String,
    /// What takes the text in its place, of which then nothing is kept.
    digest: Option<Sha256>,
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

    /// One of which only the SHA-256 is wanted: arguments may be a quarter of the memory that there is.
    pub(crate) fn digesting() -> Self {
        Self { digest: Some(Sha256::new()), ..Self::default() }
    }

    /// The SHA-256 of the text in hexadecimal digits, or the first value that could not be written.
    pub(crate) fn finish_digest(self) -> Result<String, Error> {
        let digest = self.digest.unwrap_or_default().chain_update(&self.text);
        match self.fault {
            None => Ok(hexadecimal(&digest.finalize())),
            Some(fault) => Err(fault),
        }
    }

    fn put(&mut self, text: &str) {
        match &mut self.digest {
            None => self.text.push_str(text),
            Some(digest) => digest.update(text),
        }
    }

    /// Text that is JSON already.
    pub fn raw(&mut self, json: &str) {
        self.put(json);
    }

    /// An integer, exact at any width.
    pub fn integer(&mut self, value: impl std::fmt::Display) {
        let _ = write!(self, "{value}"); // writing to a String cannot fail
    }

    /// A number; NaN and the infinities have no JSON.
    pub fn float(&mut self, value: f64) {
        if value.is_finite() {
            let _ = write!(self, "{value:?}");
        } else {
            self.fail(Error::Unstorable {
                what: format!("the number {value}"),
                why: "only finite numbers can be stored or sent",
            });
        }
    }

    /// A string with everything escaped that JSON wants escaped.
    pub fn string(&mut self, value: &str) {
        self.put("\"");
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
            self.put(&value[plain..i]);
            if escape.is_empty() {
                let _ = write!(self, "\\u{byte:04x}");
            } else {
                self.put(escape);
            }
            plain = i + 1;
        }
        self.put(&value[plain..]);
        self.put("\"");
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
        self.put("[");
        for (i, item) in items.into_iter().enumerate() {
            if i > 0 {
                self.put(",");
            }
            each(self, item);
        }
        self.put("]");
        self.depth -= 1;
    }

    /// `{…}`.
    pub fn object(&mut self, body: impl FnOnce(&mut Members<'_>)) {
        self.deepen(1);
        self.put("{");
        body(&mut Members { json: self, first: true });
        self.put("}");
        self.depth -= 1;
    }

    /// Keeps the first fault.
    pub fn fail(&mut self, fault: Error) {
        self.fault.get_or_insert(fault);
    }
}

impl std::fmt::Write for Json {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.put(text);
        Ok(())
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing to a String cannot fail
        text
    })
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
            self.json.put(",");
        }
        self.json.string(name);
        self.json.put(":");
        value(self.json);
    }
}
