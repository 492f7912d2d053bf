//! Signatures with a key pair, by aws-lc. No other module calls that library for them.
//!
//! A private key never prints; aws-lc wipes its memory on drop. A public key verifies only by algorithms of its kind:
//! no caller can make it verify a MAC.

mod ecdsa;
mod key_pair;
mod kinds;
mod public_key;

pub(crate) use key_pair::KeyPair;
pub(crate) use kinds::Curve;
pub use kinds::KeyError;
pub use public_key::{PublicKey, SignatureError};

#[cfg(test)]
mod tests;
