//! Content of signatures of messages: parameters, and what was received. The error.

use crate::algorithm::SignatureAlgorithm;
use crate::message::NamedTexts;

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

/// A received signature.
pub(crate) struct ReceivedHttp {
    /// The signed bytes.
    pub(crate) message: Vec<u8>,
    pub(crate) signature: Vec<u8>,
    pub(crate) parameters: NamedTexts,
}

/// The reason why a request has no signature base.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpSignatureError {
    /// A label or a value is not one of structured fields.
    #[error("a label or a value cannot be written in the headers of RFC 9421")]
    Form,
    /// A component is of an unknown form.
    #[error("the component `{0}` is not one that is known")]
    Component(String),
    /// The request does not have a covered component, or not in exactly one way.
    #[error("the request does not have the covered component `{0}`, has it more than once, or not in ASCII")]
    Missing(String),
    /// A component or a parameter occurs twice.
    #[error("`{0}` occurs twice")]
    Twice(String),
    /// The algorithm has no name in RFC 9421.
    #[error("the algorithm has no name in RFC 9421")]
    Algorithm,
    /// The library of structured fields is not compiled.
    #[error("HTTP Message Signatures need the feature `asymmetric` of `sdkwright-signing`")]
    Disabled,
}
