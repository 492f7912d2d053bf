//! JSON Web Signatures (RFC 7515, RFC 7797): a header and a payload come in, a compact or detached text goes out, or the other way
//! round.
//!
//! The algorithm of a received text must be one that the caller accepts and its key allows. This
//! module fetches nothing that the header names (`jku`, `x5u`), and trusts no key in it (`jwk`, `x5c`). Only the verification
//! gives access to a payload.

use base64::Engine as _;
use sdkwright_description::Claim;
use sdkwright_json::{DecodeError, JsonValue, Limits, Object, from_slice_within, to_vec};

use crate::algorithm::{SignatureAlgorithm, names};
use crate::asymmetric::SignatureError;
use crate::hash::base64url;
use crate::keys::VerifyingKey;
use crate::message::{Parts, message};
use crate::signer::{SignError, Signature, Signer, ToSign};

/// A header and a payload to sign.
///
/// ```
/// use sdkwright_json::Object;
/// use sdkwright_signing::{LocalKey, UnsignedJws};
///
/// # async fn token(key: LocalKey) -> Result<String, Box<dyn std::error::Error>> {
/// let mut header = Object::default();
/// header.insert("alg", "ES256".into());
/// header.insert("kid", "key-1".into());
/// let mut claims = Object::default();
/// claims.insert("sub", "client-1".into());
/// claims.insert("exp", 1_782_604_855.into());
/// let unsigned = UnsignedJws::new(&header, &sdkwright_json::to_vec(&claims)?)?;
/// let signature = unsigned.sign(&key, "createToken").await?;
/// Ok(unsigned.compact(&signature)?)
/// # }
/// ```
#[derive(Clone)]
pub struct UnsignedJws {
    algorithm: SignatureAlgorithm,
    /// The header in base64url, a full stop, and the payload in its form.
    message: Vec<u8>,
    header_length: usize,
    is_encoded: bool,
}

impl UnsignedJws {
    /// Takes the protected header and the bytes of the payload. Keeps the order of the members. The header must have
    /// an `alg`. If it has `"b64": false`, and `b64` in `crit`, the signature covers the payload as it is (RFC 7797).
    pub fn new(header: &Object, payload: &[u8]) -> Result<Self, JwsError> {
        let algorithm = header_algorithm(header)?;
        let critical = critical(header)?;
        let is_encoded = is_encoded(header, &critical)?;
        let mut message = base64url(&to_vec(header).map_err(|_| JwsError::Encode)?).into_bytes();
        let header_length = message.len();
        message.push(b'.');
        if is_encoded {
            message.extend_from_slice(base64url(payload).as_bytes());
        } else {
            message.extend_from_slice(payload);
        }
        Ok(Self {
            algorithm,
            message,
            header_length,
            is_encoded,
        })
    }

    /// Returns the algorithm of the header.
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// Returns the bytes to sign.
    pub fn message(&self) -> &[u8] {
        &self.message
    }

    /// Signs with a signer, for an operation.
    pub async fn sign(&self, signer: &dyn Signer, operation: &str) -> Result<Signature, SignError> {
        ToSign::new(self.algorithm, &self.message, operation)
            .sign_with(signer)
            .await
    }

    /// Writes header, payload and signature. A payload that is not encoded must consist of `A-Z a-z 0-9 - _ ~` and must not be
    /// empty (RFC 7797, section 5.2).
    pub fn compact(&self, signature: &Signature) -> Result<String, JwsError> {
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~');
        let payload = &self.message[self.header_length + 1..];
        if payload.is_empty() || !self.is_encoded && !payload.iter().all(is_plain) {
            return Err(JwsError::Payload);
        }
        let mut text = String::from_utf8_lossy(&self.message).into_owned();
        text.push('.');
        text.push_str(&base64url(signature.as_ref()));
        Ok(text)
    }

    /// Writes header and signature, with two full stops between them (RFC 7515, appendix F).
    pub fn detached(&self, signature: &Signature) -> String {
        let header = String::from_utf8_lossy(&self.message[..self.header_length]);
        format!("{header}..{}", base64url(signature.as_ref()))
    }
}

impl std::fmt::Debug for UnsignedJws {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UnsignedJws")
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

/// Names that RFC 7515 defines itself, which `crit` must not have.
const DEFINED: [&str; 11] = [
    "alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit",
];

/// Reads `alg`. The members `kid`, `typ` and `cty` must be texts.
fn header_algorithm(header: &Object) -> Result<SignatureAlgorithm, JwsError> {
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
fn critical(header: &Object) -> Result<Vec<&str>, JwsError> {
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
fn is_encoded(header: &Object, critical: &[&str]) -> Result<bool, JwsError> {
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

/// Largest size of a header, in bytes.
const LARGEST_HEADER: usize = 16 << 10;

/// Rules of a receiver.
#[derive(Debug, Clone, Copy)]
pub struct JwsRules<'r> {
    /// Accepted algorithms.
    pub algorithms: &'r [SignatureAlgorithm],
    /// Members that the receiver understands, so that a header may demand it (`crit`). `b64` is always understood.
    pub critical: &'r [&'r str],
    /// Largest size of a text, in bytes, without a detached payload.
    pub limit: usize,
}

impl<'r> JwsRules<'r> {
    /// Accepts algorithms, no critical members, and texts of 64 KiB.
    pub const fn new(algorithms: &'r [SignatureAlgorithm]) -> Self {
        Self {
            algorithms,
            critical: &[],
            limit: 64 << 10,
        }
    }
}

/// A text that is well formed and not verified. Use it only to choose the key.
pub struct ReceivedJws<'t> {
    header: Object,
    algorithm: SignatureAlgorithm,
    is_encoded: bool,
    header_text: &'t str,
    payload_text: &'t str,
    signature: Vec<u8>,
}

impl<'t> ReceivedJws<'t> {
    /// Reads a compact or detached text.
    pub fn parse(text: &'t str, rules: &JwsRules<'_>) -> Result<Self, JwsError> {
        if text.len() > rules.limit {
            return Err(JwsError::TooLarge {
                size: text.len(),
                limit: rules.limit,
            });
        }
        let mut parts = text.split('.');
        let (Some(header_text), Some(payload_text), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(JwsError::Parts);
        };
        let header = header(header_text)?;
        let algorithm = header_algorithm(&header)?;
        if !rules.algorithms.contains(&algorithm) {
            return Err(JwsError::Algorithm {
                algorithm,
                accepted: rules.algorithms.to_vec(),
            });
        }
        let critical = critical(&header)?;
        if critical
            .iter()
            .any(|name| *name != "b64" && !rules.critical.contains(name))
        {
            return Err(JwsError::Critical);
        }
        let is_encoded = is_encoded(&header, &critical)?;
        Ok(Self {
            algorithm,
            is_encoded,
            header_text,
            payload_text,
            signature: decode(signature, "signature")?,
            header,
        })
    }

    /// Returns the algorithm, which is an accepted one.
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// Returns the id of the key, as an unknown sender wrote it.
    pub fn key_id(&self) -> Option<&str> {
        self.header.get("kid")?.as_str()
    }

    /// Returns the header, as an unknown sender wrote it.
    pub(crate) fn header(&self) -> &Object {
        &self.header
    }

    /// Returns the signature, which is not verified.
    pub(crate) fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Verifies a compact text.
    pub fn verify(self, key: &VerifyingKey) -> Result<VerifiedJws, JwsError> {
        self.check(key, None)
    }

    /// Verifies a detached text with its payload, such as the body of a delivery.
    pub fn verify_detached(self, key: &VerifyingKey, payload: &[u8]) -> Result<VerifiedJws, JwsError> {
        self.check(key, Some(payload))
    }

    fn check(self, key: &VerifyingKey, detached: Option<&[u8]>) -> Result<VerifiedJws, JwsError> {
        let payload = self.payload(detached)?;
        key.verify(self.algorithm, &self.message(&payload), &self.signature)?;
        Ok(VerifiedJws {
            header: self.header,
            payload,
        })
    }

    /// Returns the payload, which is `detached` if the text does not contain it.
    pub(crate) fn payload(&self, detached: Option<&[u8]>) -> Result<Vec<u8>, JwsError> {
        match (detached, self.payload_text) {
            (Some(payload), "") => Ok(payload.to_vec()),
            (Some(_), _) | (None, "") => Err(JwsError::Detached),
            (None, text) if self.is_encoded => decode(text, "payload"),
            (None, text) => Ok(text.as_bytes().to_vec()),
        }
    }

    /// Returns the signed bytes. A payload has one spelling.
    pub(crate) fn message(&self, payload: &[u8]) -> Vec<u8> {
        let header = self.header_text.as_bytes();
        if self.is_encoded {
            [header, b".", base64url(payload).as_bytes()].concat()
        } else {
            [header, b".", payload].concat()
        }
    }
}

impl std::fmt::Debug for ReceivedJws<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReceivedJws")
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

/// A header and a payload whose signature is right.
pub struct VerifiedJws {
    header: Object,
    payload: Vec<u8>,
}

impl VerifiedJws {
    /// Returns the header.
    pub fn header(&self) -> &Object {
        &self.header
    }

    /// Returns the bytes of the payload.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// Reads the payload as claims. Checks neither `exp` nor any other claim.
    pub fn claims(&self) -> Result<Object, JwsError> {
        claims(&self.payload)
    }
}

impl std::fmt::Debug for VerifiedJws {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerifiedJws").finish_non_exhaustive()
    }
}

/// Reads a payload as claims.
pub(crate) fn claims(payload: &[u8]) -> Result<Object, JwsError> {
    from_slice_within(payload, &limits(payload.len())).map_err(JwsError::Claims)
}

/// Returns the text of a member: that of a text, or a number as it is written.
pub(crate) fn member(object: &Object, name: &str) -> Option<String> {
    match object.get(name)? {
        JsonValue::String(text) => Some(text.clone()),
        number @ JsonValue::Number(_) => Some(number.to_string()),
        _ => None,
    }
}

/// Compares members with those of the contract. Returns the name of one that is missing or has another value.
pub(crate) fn compare(
    object: &Object,
    members: &[(&'static str, Claim)],
    parts: &Parts<'_>,
) -> Result<(), &'static str> {
    let is_other = |(name, claim): &&(&'static str, Claim)| match claim {
        Claim::List(texts) => object.get(name) != Some(&JsonValue::from(texts.to_vec())),
        Claim::Text(pieces) | Claim::Number(pieces) => {
            member(object, name).is_none_or(|text| message(pieces, parts) != text.as_bytes())
        }
    };
    let other = members.iter().find(is_other);
    other.map_or(Ok(()), |(name, _)| Err(name))
}

fn limits(bytes: usize) -> Limits {
    Limits {
        depth: 16,
        bytes,
        ..Limits::default()
    }
}

fn header(text: &str) -> Result<Object, JwsError> {
    let bytes = decode(text, "header")?;
    from_slice_within(&bytes, &limits(LARGEST_HEADER)).map_err(JwsError::Header)
}

/// Decodes a part. The library accepts only the spelling that it would write itself.
fn decode(text: &str, part: &'static str) -> Result<Vec<u8>, JwsError> {
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    engine.decode(text).map_err(|_| JwsError::Base64(part))
}

#[cfg(test)]
mod tests;
