//! FNV-1a, 64 bits: small, the same on every machine, and computable in a `const fn`. It names things; it is not made to
//! withstand someone who looks for collisions.

/// A hash in the making.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self::new()
    }
}

impl Fnv {
    /// Nothing hashed yet.
    pub const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Mixes bytes in.
    #[must_use]
    pub const fn bytes(mut self, bytes: &[u8]) -> Self {
        let mut i = 0;
        while i < bytes.len() {
            self = Self((self.0 ^ bytes[i] as u64).wrapping_mul(0x0000_0100_0000_01b3));
            i += 1;
        }
        self
    }

    /// Mixes a text in, with an end mark, so that `ab` and `c` differ from `a` and `bc`.
    #[must_use]
    pub const fn text(self, text: &str) -> Self {
        self.marked(text.as_bytes())
    }

    /// Bytes of a text, with the same end mark.
    #[must_use]
    pub(crate) const fn marked(self, bytes: &[u8]) -> Self {
        self.bytes(bytes).bytes(&[0xff])
    }

    /// Mixes a number in, little-endian.
    #[must_use]
    pub const fn number(self, number: u64) -> Self {
        self.bytes(&number.to_le_bytes())
    }

    /// The hash.
    pub const fn finish(self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Fnv;

    /// <http://www.isthe.com/chongo/src/fnv/test_fnv.c>
    #[test]
    fn the_published_vectors() {
        assert_eq!(Fnv::new().finish(), 0xcbf2_9ce4_8422_2325);
        assert_eq!(Fnv::new().bytes(b"a").finish(), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(Fnv::new().bytes(b"foobar").finish(), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn the_end_of_a_text_counts() {
        assert_ne!(Fnv::new().text("ab").text("c"), Fnv::new().text("a").text("bc"));
    }
}
