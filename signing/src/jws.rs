//! JSON Web Signatures (RFC 7515, RFC 7797): a header and a payload come in, a compact or detached text goes out, or the other way
//! round.
//!
//! The algorithm of a received text must be one that the caller accepts and its key allows. This
//! module fetches nothing that the header names (`jku`, `x5u`), and trusts no key in it (`jwk`, `x5c`). Only the verification
//! gives access to a payload.

mod header;
mod received;

use crate::algorithm::SignatureAlgorithm;
use crate::hash::base64url;
use crate::signer::{SignError, Signature, Signer, ToSign};
use sdkwright_json::{Object, to_vec};

pub use header::JwsError;
pub use received::{JwsRules, ReceivedJws, VerifiedJws};
pub(crate) use received::{claims, compare, member};

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
        let algorithm = header::algorithm(header)?;
        let critical = header::critical(header)?;
        let is_encoded = header::is_encoded(header, &critical)?;
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

#[cfg(test)]
mod tests;
