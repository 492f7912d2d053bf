//! Hashes and their text: bytes come in, a SHA-256, an HMAC-SHA-256, a key that HKDF-SHA-256 derives, or digits go out.
//!
//! One of two libraries computes them, each in a file with the same items: aws-lc where the feature `aws-lc` is on, the crates
//! of RustCrypto where `rust-crypto` alone is. Both give the same bytes, wipe what they know of a key when it is dropped, and
//! compare MACs in constant time. No other module of this crate names a library of hashes, and no key may print.

#[cfg(not(any(feature = "aws-lc", feature = "rust-crypto")))]
compile_error!(
    "no hash library is enabled: add the feature `rust-crypto` (pure Rust, for every target) or `tls-aws-lc` (aws-lc and \
     TLS with it, a default feature) to the generated crate in your Cargo.toml; for sdkwright-signing alone, `rust-crypto` or `aws-lc`"
);

#[cfg(feature = "aws-lc")]
mod aws_lc;
#[cfg(all(feature = "rust-crypto", any(test, not(feature = "aws-lc"))))]
#[cfg_attr(
    feature = "aws-lc",
    allow(unreachable_pub, reason = "tests alone use it beside the other one")
)]
mod rust_crypto;

#[cfg(feature = "aws-lc")]
use aws_lc as library;
#[cfg(all(feature = "rust-crypto", not(feature = "aws-lc")))]
use rust_crypto as library;

pub use crate::algorithm::{Algorithm, MacEncoding, MacTag};
use base64::Engine as _;
pub(crate) use library::{Keyed, Mac, derive, sha384, sha512};
pub use library::{Sha256, sha256};

/// Encodes the bytes of a signature.
pub(crate) fn encoded(encoding: MacEncoding, bytes: &[u8]) -> String {
    match encoding {
        MacEncoding::Hex | MacEncoding::HexAnyCase => hex(bytes),
        MacEncoding::Base64 => base64(bytes),
        MacEncoding::Base64Url => base64url(bytes),
    }
}

impl Default for Sha256 {
    fn default() -> Self {
        Self::new()
    }
}

/// The bytes never print, nor does what is known of them.
impl std::fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sha256").finish_non_exhaustive()
    }
}

/// Encodes bytes as lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    push_hex(&mut text, bytes);
    text
}

/// Appends bytes in lower-case hexadecimal to a text.
pub fn push_hex(text: &mut String, bytes: &[u8]) {
    extend_hex(bytes, |digits| {
        text.push_str(std::str::from_utf8(digits).unwrap_or_default());
    });
}

/// Hands over the lower-case hexadecimal digits of bytes in blocks.
pub(crate) fn extend_hex(bytes: &[u8], mut push: impl FnMut(&[u8])) {
    for block in bytes.chunks(32) {
        // Writes a block of digits at once: appending single characters takes far longer.
        let mut digits = [[0; 2]; 32];
        for (two, byte) in digits.iter_mut().zip(block) {
            *two = PAIRS[usize::from(*byte)];
        }
        push(&digits.as_flattened()[..block.len() * 2]);
    }
}

/// Both digits of each byte. The table is indexed by public bytes alone, never by a secret.
const PAIRS: [[u8; 2]; 256] = {
    let (digits, mut pairs, mut byte) = (b"0123456789abcdef", [[0; 2]; 256], 0);
    while byte < pairs.len() {
        pairs[byte] = [digits[byte >> 4], digits[byte & 15]];
        byte += 1;
    }
    pairs
};

/// Encodes bytes as base64 with the standard alphabet, padded.
pub(crate) fn base64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// Encodes bytes as base64 with the URL-safe alphabet, without padding.
pub(crate) fn base64url(bytes: &[u8]) -> String {
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests;
