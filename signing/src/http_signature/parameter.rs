//! Parameters of a signature.

use crate::algorithm::SignatureAlgorithm;

/// A parameter of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureParameter<'p> {
    /// Instant of the signature, in seconds since 1970.
    Created(i64),
    /// When it ends to be valid, in seconds since 1970.
    Expires(i64),
    /// Unique per signature.
    Nonce(&'p str),
    /// The algorithm.
    Algorithm(SignatureAlgorithm),
    /// Id of the key.
    KeyId(&'p str),
    /// Purpose of the signature.
    Tag(&'p str),
}
