//! Public keys: PEM, DER or the numbers of a key come in, verdicts on signatures go out.

use super::kinds::{ANY_RSA, Curve, KeyError, Kind, ONLY_ED25519, ONLY_PSS};
use super::library::{is_valid, numbers, public_key, verifies, write_numbers};
use super::pem::block;
use crate::algorithm::{SignatureAlgorithm, names};
use std::fmt;

/// A public key. It verifies by the algorithms of its kind alone, and by fewer after [`restrict`](Self::restrict).
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// `RSAPublicKey` (RFC 8017), a point (SEC 1), or the 32 bytes of Ed25519.
    pub(super) bytes: Box<[u8]>,
    algorithms: Vec<SignatureAlgorithm>,
}

impl PublicKey {
    /// Reads a public key in PEM (`-----BEGIN PUBLIC KEY-----`). A key of RSA has 2048 to 8192 bits.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let (_, der) = block(pem, &["PUBLIC KEY"])?;
        Self::from_der(&der)
    }

    /// Reads a `SubjectPublicKeyInfo` (RFC 5280) in DER.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        match public_key(der)? {
            (Kind::Rsa, bytes) => Self::from_rsa(bytes, ANY_RSA),
            (Kind::RsaPss, bytes) => Self::from_rsa(bytes, ONLY_PSS),
            (Kind::Ec(curve), bytes) => Self::from_point(curve, bytes),
            (Kind::Ed25519, bytes) => Self::from_ed25519(bytes),
        }
    }

    /// Restricts the key to some of its algorithms.
    #[must_use]
    pub fn restrict(mut self, allowed: &[SignatureAlgorithm]) -> Self {
        self.algorithms.retain(|algorithm| allowed.contains(algorithm));
        self
    }

    /// Returns the algorithms that the key verifies by.
    pub fn algorithms(&self) -> &[SignatureAlgorithm] {
        &self.algorithms
    }

    /// Verifies a signature by one of the key's algorithms. A signature of ECDSA is `r` and `s` of fixed length; convert one in
    /// DER first (`Signature::from_ecdsa_der`).
    pub fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        if !self.algorithms.contains(&algorithm) {
            return Err(SignatureError::Algorithm {
                algorithm,
                key: self.algorithms.clone(),
            });
        }
        let is_valid = is_valid(algorithm, &self.bytes, message, signature);
        is_valid.then_some(()).ok_or(SignatureError::Wrong)
    }

    /// Takes the modulus and the exponent of a key of RSA, without leading zeros.
    pub(crate) fn from_rsa_numbers(modulus: &[u8], exponent: &[u8]) -> Result<Self, KeyError> {
        Self::from_rsa(&write_numbers([modulus, exponent]).ok_or(KeyError::Rejected)?, ANY_RSA)
    }

    fn from_rsa(der: &[u8], algorithms: &[SignatureAlgorithm]) -> Result<Self, KeyError> {
        let [modulus, exponent] = numbers(der).ok_or(KeyError::Rejected)?;
        let bits = modulus
            .first()
            .map_or(0, |first| modulus.len() * 8 - first.leading_zeros() as usize);
        // An even number is the product of no two large primes, and an exponent of 1 encrypts nothing.
        let is_odd = |number: &[u8]| number.last().is_some_and(|last| last & 1 == 1);
        let is_sound = is_odd(&modulus) && is_odd(&exponent) && exponent != [1];
        if !(2048..=8192).contains(&bits) || !is_sound {
            return Err(KeyError::Rejected);
        }
        Self::new(der, algorithms)
    }

    /// Takes a point of a curve (SEC 1, section 2.3.3), uncompressed.
    pub(crate) fn from_point(curve: Curve, point: &[u8]) -> Result<Self, KeyError> {
        if point.len() != 1 + 2 * curve.length() || point[0] != 4 {
            return Err(KeyError::Rejected);
        }
        Self::new(point, curve.algorithms())
    }

    /// Takes the bytes of a key of Ed25519.
    pub(crate) fn from_ed25519(bytes: &[u8]) -> Result<Self, KeyError> {
        if bytes.len() != 32 {
            return Err(KeyError::Rejected);
        }
        Self::new(bytes, ONLY_ED25519)
    }

    fn new(bytes: &[u8], algorithms: &[SignatureAlgorithm]) -> Result<Self, KeyError> {
        if !algorithms.iter().copied().all(verifies) {
            return Err(KeyError::Library);
        }
        Ok(Self {
            bytes: bytes.into(),
            algorithms: algorithms.to_vec(),
        })
    }

    /// Returns `true` if these are the bytes of the public key of a pair.
    pub(crate) fn is_of(&self, public: &[u8]) -> bool {
        *self.bytes == *public
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey")
            .field("algorithms", &self.algorithms)
            .finish_non_exhaustive()
    }
}

/// The reason of a refusal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// The key does not verify by this algorithm.
    #[error("the key verifies by {}, and not by {algorithm}", names(key))]
    Algorithm {
        /// The algorithm of the signature.
        algorithm: SignatureAlgorithm,
        /// Algorithms of the key.
        key: Vec<SignatureAlgorithm>,
    },
    /// The signature is not that of the message by this key.
    #[error("the signature is not that of the message by this key")]
    Wrong,
}
