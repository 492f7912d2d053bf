//! The trait of a key that signs: a message comes in, the bytes of its signature go out, now or later.
//!
//! The key may be in memory ([`LocalKey`](crate::LocalKey)), in a key management service or in a hardware module. A signer
//! must never print or return its key. Must not decide which algorithm is right: the caller chooses among those that both
//! the contract and the key allow.

use crate::algorithm::{SignatureAlgorithm, names};
use crate::hash::{MacEncoding, sha256, sha384, sha512};
use std::fmt;
use std::pin::Pin;

/// The result of [`Signer::sign`].
pub type SignFuture<'s> = Pin<Box<dyn Future<Output = Result<Signature, SignError>> + Send + 's>>;

/// An error of another library.
pub type SignerError = Box<dyn std::error::Error + Send + Sync>;

/// A key that signs.
///
/// ```
/// use sdkwright_signing::{KeyInfo, SignError, SignFuture, Signature, SignatureAlgorithm, Signer, ToSign};
///
/// /// A key of a key management service.
/// struct Remote(KeyInfo);
///
/// impl Signer for Remote {
///     fn key(&self) -> &KeyInfo {
///         &self.0
///     }
///
///     fn sign<'s>(&'s self, what: &'s ToSign<'s>) -> SignFuture<'s> {
///         Box::pin(async move {
///             let digest = what.digest().unwrap_or_else(|| what.message().to_vec());
///             let bytes = call_the_service(&digest).await.map_err(|error| SignError::Unavailable(error.into()))?;
///             Ok(Signature::new(bytes))
///         })
///     }
/// }
///
/// # async fn call_the_service(_: &[u8]) -> Result<Vec<u8>, std::io::Error> { Ok(Vec::new()) }
/// let remote = Remote(KeyInfo::new([SignatureAlgorithm::RsaPssSha256]).with_key_id("key-1"));
/// ```
pub trait Signer: Send + Sync + 'static {
    /// Returns what is public about the key.
    fn key(&self) -> &KeyInfo;

    /// Signs a message by the algorithm in `what`, which is one of the key's. A signature of ECDSA must be `r` and `s` of fixed
    /// length: `Signature::from_ecdsa_der` converts another one. The caller drops the future at its deadline.
    fn sign<'s>(&'s self, what: &'s ToSign<'s>) -> SignFuture<'s>;
}

/// The public facts about a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInfo {
    algorithms: Vec<SignatureAlgorithm>,
    key_id: Option<String>,
    certificate: Option<Vec<u8>>,
}

impl KeyInfo {
    /// Describes a key by the algorithms that it signs by.
    pub fn new(algorithms: impl IntoIterator<Item = SignatureAlgorithm>) -> Self {
        Self {
            algorithms: algorithms.into_iter().collect(),
            key_id: None,
            certificate: None,
        }
    }

    /// Sets the id by which the API knows the key.
    #[must_use]
    pub fn with_key_id(mut self, key_id: impl Into<String>) -> Self {
        self.key_id = Some(key_id.into());
        self
    }

    /// Sets the X.509 certificate of the key, in DER.
    #[must_use]
    pub fn with_certificate(mut self, der: impl Into<Vec<u8>>) -> Self {
        self.certificate = Some(der.into());
        self
    }

    /// Returns the algorithms that the key signs by.
    pub fn algorithms(&self) -> &[SignatureAlgorithm] {
        &self.algorithms
    }

    /// Returns the id by which the API knows the key.
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// Returns the X.509 certificate of the key, in DER.
    pub fn certificate(&self) -> Option<&[u8]> {
        self.certificate.as_deref()
    }

    /// Returns the first of the accepted algorithms that the key signs by.
    pub fn choose(&self, accepted: &[SignatureAlgorithm]) -> Result<SignatureAlgorithm, SignError> {
        let mut accepted_by_key = accepted.iter().filter(|algorithm| self.algorithms.contains(algorithm));
        accepted_by_key.next().copied().ok_or_else(|| SignError::Algorithm {
            key: self.algorithms.clone(),
            accepted: accepted.to_vec(),
        })
    }
}

/// A message to sign. Prints no message.
pub struct ToSign<'m> {
    algorithm: SignatureAlgorithm,
    message: &'m [u8],
    operation: &'m str,
}

impl<'m> ToSign<'m> {
    /// Takes the message of an operation.
    pub fn new(algorithm: SignatureAlgorithm, message: &'m [u8], operation: &'m str) -> Self {
        Self {
            algorithm,
            message,
            operation,
        }
    }

    /// Returns the algorithm to sign by.
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// Returns the message as it is.
    pub fn message(&self) -> &'m [u8] {
        self.message
    }

    /// Computes the digest of the message, for a service that signs digests. `None` for Ed25519 and for a MAC, which need the
    /// message.
    pub fn digest(&self) -> Option<Vec<u8>> {
        use SignatureAlgorithm as A;
        match self.algorithm {
            A::RsaPkcs1Sha256 | A::RsaPssSha256 | A::EcdsaP256Sha256 => Some(sha256(self.message).to_vec()),
            A::EcdsaP384Sha384 => Some(sha384(self.message).to_vec()),
            A::RsaPkcs1Sha512 | A::RsaPssSha512 | A::EcdsaP521Sha512 => Some(sha512(self.message).to_vec()),
            A::HmacSha256 | A::HmacSha512 | A::Ed25519 => None,
        }
    }

    /// Returns the name of the operation of the request or token, for audits and limits of a signer.
    pub fn operation(&self) -> &'m str {
        self.operation
    }

    /// Signs with a signer, and checks the length of its signature.
    pub async fn sign_with(&self, signer: &dyn Signer) -> Result<Signature, SignError> {
        signer.key().choose(&[self.algorithm])?;
        let signature = signer.sign(self).await?;
        let found = signature.as_ref().len();
        let is_right = self
            .algorithm
            .signature_length()
            .map_or(found >= SHORTEST_RSA, |expected| expected == found);
        if !is_right {
            return Err(SignError::Length {
                algorithm: self.algorithm,
                found,
            });
        }
        Ok(signature)
    }
}

/// Length of a signature by an RSA key of 2048 bits, in bytes.
const SHORTEST_RSA: usize = 256;

impl fmt::Debug for ToSign<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToSign")
            .field("algorithm", &self.algorithm)
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}

/// The bytes of a signature. They never print, and do not compare: only a key verifies them, MACs in constant time.
#[derive(Clone)]
pub struct Signature(Box<[u8]>);

impl Signature {
    /// Takes the bytes.
    pub fn new(bytes: impl Into<Box<[u8]>>) -> Self {
        Self(bytes.into())
    }

    /// Encodes the bytes for their header or query.
    pub fn encode(&self, encoding: MacEncoding) -> String {
        encoding.encode(&self.0)
    }
}

impl AsRef<[u8]> for Signature {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature([{} bytes])", self.0.len())
    }
}

/// The reason why a message has no signature.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The API accepts no algorithm of the key.
    #[error(
        "the key signs by {}, and the API accepts {}: use a key of an accepted kind",
        names(key),
        names(accepted)
    )]
    Algorithm {
        /// Algorithms of the key.
        key: Vec<SignatureAlgorithm>,
        /// Algorithms that the API accepts.
        accepted: Vec<SignatureAlgorithm>,
    },
    /// The service of the key did not respond in time, or responded that it cannot sign now. A later attempt may succeed.
    #[error("the signer is not available: {0}")]
    Unavailable(#[source] SignerError),
    /// The service of the key refused to sign, for example without a permission. A later attempt fails, too.
    #[error("the signer refused to sign: {0}")]
    Refused(#[source] SignerError),
    /// The library of cryptography failed.
    #[error("the key failed to sign by {0}")]
    Failed(SignatureAlgorithm),
    /// The signature of the signer has another length than its algorithm demands.
    #[error(
        "the signer returned {found} bytes, which is no signature by {algorithm}: a signature of ECDSA must be `r` and `s` of \
         fixed length and not DER"
    )]
    Length {
        /// The algorithm.
        algorithm: SignatureAlgorithm,
        /// Length of the returned bytes.
        found: usize,
    },
    /// The bytes are not a signature of ECDSA in DER.
    #[error("the bytes are not a signature by {0} in DER")]
    Der(SignatureAlgorithm),
}

impl SignError {
    /// Returns `true` if a later attempt may succeed.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

#[cfg(test)]
mod tests;
