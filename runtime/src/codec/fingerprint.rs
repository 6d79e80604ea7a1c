//! The hash by which the macros' output and the build script's agree; the same as in `durably-model`.

/// FNV-1a, 64 bits, in a `const fn`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fnv(pub(crate) u64);

impl Fnv {
    pub(crate) const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    const fn byte(self, byte: u8) -> Self {
        Self((self.0 ^ byte as u64).wrapping_mul(0x0000_0100_0000_01b3))
    }

    /// A text and an end mark.
    pub(crate) const fn text(self, text: &str) -> Self {
        self.span(text.as_bytes(), 0)
    }

    const fn span(mut self, bytes: &[u8], from: usize) -> Self {
        let mut i = from;
        while i < bytes.len() {
            self = self.byte(bytes[i]);
            i += 1;
        }
        self.byte(0xff)
    }

    /// A number, little-endian.
    pub(crate) const fn number(mut self, number: u64) -> Self {
        let bytes = number.to_le_bytes();
        let mut i = 0;
        while i < bytes.len() {
            self = self.byte(bytes[i]);
            i += 1;
        }
        self
    }
}

/// DECL of an item: `module_path` is `module_path!()`, whose first segment, the crate, is left out.
pub const fn item(module_path: &str, own: u64) -> u64 {
    let bytes = module_path.as_bytes();
    let mut start = bytes.len();
    let mut i = 0;
    while i + 1 < bytes.len() {
        if bytes[i] == b':' && bytes[i + 1] == b':' {
            start = i + 2;
            break;
        }
        i += 1;
    }
    Fnv::new().text("item").span(bytes, start).number(own).0
}

/// DECL of a built-in type.
pub const fn builtin(name: &str, arguments: &[u64]) -> u64 {
    let mut hash = Fnv::new().text("builtin").text(name);
    let mut i = 0;
    while i < arguments.len() {
        hash = hash.number(arguments[i]);
        i += 1;
    }
    hash.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Golden values: `durably-model` has the same test.
    #[test]
    fn golden() {
        assert_eq!(item("app", 7), item("other", 7), "the crate's own name does not count");
        assert_ne!(item("app::a", 7), item("app", 7));
        assert_eq!(builtin("bool", &[]), Fnv::new().text("builtin").text("bool").0);
    }
}
