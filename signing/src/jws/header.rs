//! Rules of a protected header, to sign or received, and the errors.

use crate::algorithm::{SignatureAlgorithm, names};
use crate::asymmetric::SignatureError;
use sdkwright_json::{DecodeError, JsonValue, Object};

/// Names that RFC 7515 defines itself, which `crit` must not have.
const DEFINED: [&str; 11] = [
    "alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit",
];

/// Reads `alg`. The members `kid`, `typ` and `cty` must be texts.
pub(super) fn algorithm(header: &Object) -> Result<SignatureAlgorithm, JwsError> {
    for name in ["kid", "typ", "cty"] {
        if header.get(name).is_some_and(|value| value.as_str().is_none()) {
            return Err(JwsError::Member(name));
        }
    }
    let name = header.get("alg").ok_or(JwsError::Member("alg"))?;
    let name = name.as_str().ok_or(JwsError::Member("alg"))?;
    if name.eq_ignore_ascii_case("none") {
        return Err(JwsError::Unsigned);
    }
    SignatureAlgorithm::from_jws_name(name).ok_or(JwsError::UnknownAlgorithm)
}

/// Reads `crit`: names of other members, each once (RFC 7515, section 4.1.11). Empty without it.
pub(super) fn critical(header: &Object) -> Result<Vec<&str>, JwsError> {
    let Some(list) = header.get("crit") else {
        return Ok(Vec::new());
    };
    let list = list
        .as_array()
        .filter(|list| !list.is_empty())
        .ok_or(JwsError::Member("crit"))?;
    let mut names = Vec::with_capacity(list.len());
    for name in list {
        let name = name.as_str().ok_or(JwsError::Member("crit"))?;
        if names.contains(&name) || DEFINED.contains(&name) || !header.contains_key(name) {
            return Err(JwsError::Member("crit"));
        }
        names.push(name);
    }
    Ok(names)
}

/// Reads `b64`, which must be critical if it is `false` (RFC 7797, section 6).
pub(super) fn is_encoded(header: &Object, critical: &[&str]) -> Result<bool, JwsError> {
    match header.get("b64").map(JsonValue::as_bool) {
        None | Some(Some(true)) => Ok(true),
        Some(Some(false)) if critical.contains(&"b64") => Ok(false),
        Some(_) => Err(JwsError::Member("b64")),
    }
}

/// The reason of a refusal. Never repeats the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JwsError {
    /// The text is too long.
    #[error("the JSON Web Signature has {size} bytes, more than {limit}")]
    TooLarge {
        /// Bytes of the text.
        size: usize,
        /// Largest number of bytes.
        limit: usize,
    },
    /// The text does not have three parts.
    #[error("the text is not three parts with full stops between them")]
    Parts,
    /// A part is not base64url without padding, in its only spelling.
    #[error("the {0} is not base64url without padding, or not in its only spelling")]
    Base64(&'static str),
    /// The header is not the JSON of an object, or has a member twice.
    #[error("the header is not the JSON of an object: {0}")]
    Header(DecodeError),
    /// The header has no JSON.
    #[error("the header cannot be written as JSON")]
    Encode,
    /// A member of the header is missing, or not what its RFC demands.
    #[error("the member `{0}` of the header is missing, or is not what RFC 7515 or RFC 7797 demands")]
    Member(&'static str),
    /// The header has `alg: none`.
    #[error("the text is not signed (`alg: none`)")]
    Unsigned,
    /// The algorithm of the header is unknown.
    #[error("the algorithm of the header is unknown")]
    UnknownAlgorithm,
    /// The algorithm of the header is not accepted.
    #[error("the algorithm of the header is {algorithm}, and {} is accepted", names(accepted))]
    Algorithm {
        /// Algorithm of the header.
        algorithm: SignatureAlgorithm,
        /// Algorithms that the caller accepts.
        accepted: Vec<SignatureAlgorithm>,
    },
    /// The header demands that the receiver understands a member, and it does not.
    #[error("the header demands that the receiver understands a member that it does not (`crit`)")]
    Critical,
    /// The payload is in the text and should not be, or the other way round.
    #[error(
        "the payload is empty or given twice: a compact text contains it, and a detached one has nothing between its full stops"
    )]
    Detached,
    /// A payload that is not encoded cannot be a part of a compact text.
    #[error("the payload is empty, or has characters that a compact text cannot contain: use the detached form")]
    Payload,
    /// The signature is wrong.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The payload is not the JSON of an object, or has a member twice.
    #[error("the payload is not the JSON of an object: {0}")]
    Claims(DecodeError),
}
