//! The hash by which macro and build script recognise the same item.

/// FNV-1a, 64 bits: small, the same on every machine, computable in a `const fn`. The runtime has the same function;
/// golden values in both keep them equal.
#[derive(Debug, Clone, Copy)]
pub struct Fnv(pub u64);

impl std::default::Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    /// Mixes bytes in.
    #[must_use]
    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        self
    }

    /// Mixes a text in, with an end mark so that `ab`+`c` differs from `a`+`bc`.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes()).bytes(&[0xff])
    }

    /// Mixes a number in, little-endian.
    #[must_use]
    pub fn number(self, number: u64) -> Self {
        self.bytes(&number.to_le_bytes())
    }
}

/// The hashes called `DECL` in generated code.
#[derive(Debug)]
pub struct Fingerprint;

impl Fingerprint {
    /// Of a user's item: the module path below the crate (`""` at the root, else `a::b`) and the item's own hash.
    pub fn item(module: &str, own: u64) -> u64 {
        Fnv::default().text("item").text(module).number(own).0
    }

    /// Of a built-in type with its arguments: `Option<T>` is `builtin("Option", [T])`. Names in `docs/formats.md`.
    pub fn builtin(name: &str, arguments: &[u64]) -> u64 {
        arguments.iter().fold(Fnv::default().text("builtin").text(name), |hash, argument| hash.number(*argument)).0
    }
}
