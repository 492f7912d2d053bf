//! Signatures with a key pair, by one of two libraries, each in a file with the same items. No other module calls a library for them.
//!
//! A private key never prints; the library wipes its memory on drop. A public key verifies only by algorithms of its kind:
//! no caller can make it verify a MAC.

#[cfg(all(
    feature = "asymmetric",
    not(any(feature = "aws-lc", feature = "asymmetric-rust-crypto"))
))]
compile_error!(
    "no library for signatures by key pairs is enabled: add the feature `tls-aws-lc` (aws-lc and TLS with it, a default feature) or \
     `rust-crypto` (pure Rust, without RSA) to the generated crate in your Cargo.toml; for sdkwright-signing alone, `aws-lc` or \
     `asymmetric-rust-crypto`"
);

#[cfg(not(feature = "asymmetric"))]
mod absent;
#[cfg(all(feature = "asymmetric", feature = "aws-lc"))]
mod aws_lc;
#[cfg(feature = "asymmetric")]
mod der;
mod ecdsa;
mod key_pair;
mod kinds;
mod library;
mod pem;
mod public_key;
#[cfg(all(feature = "asymmetric-rust-crypto", any(test, not(feature = "aws-lc"))))]
mod rust_crypto;

pub(crate) use key_pair::KeyPair;
pub use kinds::KeyError;
pub(crate) use kinds::{CertificateContent, Curve};
pub(crate) use library::certificate;
pub(crate) use pem::block;
pub use public_key::{PublicKey, SignatureError};

#[cfg(test)]
mod tests;
