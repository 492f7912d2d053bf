//! The error of signatures of messages.

use crate::asymmetric::SignatureError;

/// The reason of a refusal, or why the message has no signature base.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpSignatureError {
    /// A header, a label or a value is not one of structured fields.
    #[error("the headers are not those of RFC 9421, or a label or a value cannot be written in them")]
    Form,
    /// A component is of an unknown form.
    #[error("the component `{0}` is not one that is known")]
    Component(String),
    /// The message does not have a covered component, or not in exactly one way.
    #[error("the message does not have the covered component `{0}`, has it more than once, or not in ASCII")]
    Missing(String),
    /// A component or a parameter occurs twice.
    #[error("`{0}` occurs twice")]
    Twice(String),
    /// The algorithm has no name in RFC 9421, or the name is unknown.
    #[error("the algorithm has no name in RFC 9421, or its name is unknown")]
    Algorithm,
    /// A required component is not covered.
    #[error("the signature does not cover `{0}`, which it must")]
    NotCovered(String),
    /// The library of structured fields is not compiled.
    #[error("HTTP Message Signatures need the feature `asymmetric` of `sdkwright-signing`")]
    Disabled,
    /// The signature is wrong.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}
