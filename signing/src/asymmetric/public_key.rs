//! Public keys: PEM, DER or the numbers of a key come in, verdicts on signatures go out.

use super::kinds::{ANY_RSA, Curve, EC, ED25519, KeyError, ONLY_ED25519, ONLY_PSS, RSA, RSA_PSS};
use super::library::{is_valid, verifies};
use crate::algorithm::{SignatureAlgorithm, names};
use crate::pem;
use std::fmt;
use x509_cert::der::asn1::UintRef;
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::spki::SubjectPublicKeyInfoRef;

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
        let (_, der) = pem::block(pem, &["PUBLIC KEY"]).ok_or(KeyError::Pem)?;
        Self::from_der(&der)
    }

    /// Reads a `SubjectPublicKeyInfo` (RFC 5280) in DER.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| KeyError::Rejected)?;
        let bytes = info.subject_public_key.as_bytes().ok_or(KeyError::Rejected)?;
        match info.algorithm.oid {
            RSA => Self::from_rsa(bytes, ANY_RSA),
            RSA_PSS => Self::from_rsa(bytes, ONLY_PSS),
            EC => Self::from_point(Curve::from_parameters(&info.algorithm).ok_or(KeyError::Kind)?, bytes),
            ED25519 => Self::from_ed25519(bytes),
            _ => Err(KeyError::Kind),
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
        let number = |bytes| UintRef::new(bytes).map_err(|_| KeyError::Rejected);
        let numbers = [number(modulus)?, number(exponent)?];
        Self::from_rsa(&numbers.to_der().map_err(|_| KeyError::Rejected)?, ANY_RSA)
    }

    fn from_rsa(der: &[u8], algorithms: &[SignatureAlgorithm]) -> Result<Self, KeyError> {
        let numbers = Vec::<UintRef<'_>>::from_der(der).map_err(|_| KeyError::Rejected)?;
        let [modulus, exponent] = numbers.as_slice() else {
            return Err(KeyError::Rejected);
        };
        let (modulus, exponent) = (modulus.as_bytes(), exponent.as_bytes());
        let bits = modulus
            .first()
            .map_or(0, |first| modulus.len() * 8 - first.leading_zeros() as usize);
        // An even number is the product of no two large primes, and an exponent of 1 encrypts nothing.
        let is_odd = |number: &[u8]| number.last().is_some_and(|last| last & 1 == 1);
        let is_sound = is_odd(modulus) && is_odd(exponent) && exponent != [1];
        if !(2048..=8192).contains(&bits) || !is_sound {
            return Err(KeyError::Rejected);
        }
        if !algorithms.iter().copied().all(verifies) {
            return Err(KeyError::Library);
        }
        Ok(Self::new(der, algorithms))
    }

    /// Takes a point of a curve (SEC 1, section 2.3.3), uncompressed.
    pub(crate) fn from_point(curve: Curve, point: &[u8]) -> Result<Self, KeyError> {
        if point.len() != 1 + 2 * curve.length() || point[0] != 4 {
            return Err(KeyError::Rejected);
        }
        Ok(Self::new(point, curve.algorithms()))
    }

    /// Takes the bytes of a key of Ed25519.
    pub(crate) fn from_ed25519(bytes: &[u8]) -> Result<Self, KeyError> {
        if bytes.len() != 32 {
            return Err(KeyError::Rejected);
        }
        Ok(Self::new(bytes, ONLY_ED25519))
    }

    fn new(bytes: &[u8], algorithms: &[SignatureAlgorithm]) -> Self {
        Self {
            bytes: bytes.into(),
            algorithms: algorithms.to_vec(),
        }
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
    /// Not exactly one algorithm fits the list, the key and the message.
    #[error(
        "none of the accepted algorithms ({}) is the one of the key ({}) and of the message, or several are",
        names(accepted),
        names(key)
    )]
    Choice {
        /// Algorithms that the caller accepts.
        accepted: Vec<SignatureAlgorithm>,
        /// Algorithms of the key.
        key: Vec<SignatureAlgorithm>,
    },
    /// The signature is not that of the message by this key.
    #[error("the signature is not that of the message by this key")]
    Wrong,
}
