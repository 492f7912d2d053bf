//! Received texts: rules and a text come in, a header for the choice of a key and a verified payload go out.

use super::header::{JwsError, algorithm, critical, is_encoded};
use crate::algorithm::SignatureAlgorithm;
use crate::hash::base64url;
use crate::message::{Parts, message};
use crate::verifying_key::VerifyingKey;
use base64::Engine as _;
use sdkwright_description::Claim;
use sdkwright_json::{JsonValue, Limits, Object, from_slice_within};

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
        let algorithm = algorithm(&header)?;
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
