//! Randomness, from the platform's `crypto.getRandomValues`.

use js_sys::Uint8Array;

use super::js;

/// Fills `bytes`. The platform gives up to 64 KiB at once, and does not fail for a `Uint8Array`.
pub(crate) fn random(bytes: &mut [u8]) {
    #[expect(clippy::cast_possible_truncation, reason = "a slice in wasm32 has at most 2^32 bytes")]
    let buffer = Uint8Array::new_with_length(bytes.len() as u32);
    if let Err(error) = js::random(&buffer) {
        // Bytes that are not random must never pass for random ones.
        wasm_bindgen::throw_val(error);
    }
    buffer.copy_to(bytes);
}
