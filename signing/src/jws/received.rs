//! Received texts: rules and a text come in, a header for the choice of a key and a verified payload go out.

use super::header::{JwsError, algorithm, critical, is_encoded};
use crate::algorithm::SignatureAlgorithm;
use crate::hash::base64url;
use crate::verifying_key::VerifyingKey;
use base64::Engine as _;
use sdkwright_json::{Limits, Object, from_slice_within};

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

    /// Verifies a compact text.
    pub fn verify(self, key: &VerifyingKey) -> Result<VerifiedJws, JwsError> {
        if self.payload_text.is_empty() {
            return Err(JwsError::Detached);
        }
        let payload = if self.is_encoded {
            decode(self.payload_text, "payload")?
        } else {
            self.payload_text.as_bytes().to_vec()
        };
        self.check(key, self.payload_text.as_bytes())?;
        Ok(VerifiedJws {
            header: self.header,
            payload,
        })
    }

    /// Verifies a detached text with its payload, such as the body of a delivery.
    pub fn verify_detached(self, key: &VerifyingKey, payload: &[u8]) -> Result<VerifiedJws, JwsError> {
        if !self.payload_text.is_empty() {
            return Err(JwsError::Detached);
        }
        if self.is_encoded {
            self.check(key, base64url(payload).as_bytes())?;
        } else {
            self.check(key, payload)?;
        }
        Ok(VerifiedJws {
            header: self.header,
            payload: payload.to_vec(),
        })
    }

    fn check(&self, key: &VerifyingKey, payload: &[u8]) -> Result<(), JwsError> {
        let message = [self.header_text.as_bytes(), b".", payload].concat();
        Ok(key.verify(self.algorithm, &message, &self.signature)?)
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
        from_slice_within(&self.payload, &limits(self.payload.len())).map_err(JwsError::Claims)
    }
}

impl std::fmt::Debug for VerifiedJws {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerifiedJws").finish_non_exhaustive()
    }
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
