//! Hashes: bytes come in, a SHA-256, an HMAC-SHA-256 or a key that HKDF-SHA-256 derives goes out.
//!
//! One of two libraries computes them, each in a file with the same items: aws-lc where the feature `aws-lc` is on, the crates
//! of RustCrypto where `rust-crypto` alone is. Both give the same bytes, wipe what they know of a key when it is dropped, and
//! compare MACs in constant time. No other room names a library of cryptography, and no key may print.

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

pub(crate) use library::{Keyed, Mac, derive};
pub use library::{Sha256, sha256};

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

#[cfg(test)]
mod tests;
