//! Key pairs: a private or a public key comes in as PEM, DER or its numbers; signatures or verdicts on signatures go out.
//!
//! One of two libraries computes them, each in a file with the same items: aws-lc where the feature `aws-lc` is on, pure Rust elsewhere;
//! none without the feature `asymmetric`. No other module calls a library for them. A private key never prints; the library wipes its
//! memory on drop. A public key verifies only by algorithms of its kind: no caller can make it verify a MAC.

#[cfg(all(
    feature = "asymmetric",
    not(any(feature = "aws-lc", feature = "asymmetric-rust-crypto"))
))]
compile_error!(
    "no library for signatures by key pairs is enabled: add the feature `tls-aws-lc` (aws-lc and TLS with it, a default feature) or \
     `rust-crypto` (pure Rust, without RSA) to the generated crate in your Cargo.toml; for sdkwright-signing alone, `aws-lc` or \
     `asymmetric-rust-crypto`"
);

#[cfg(not(feature = "asymmetric"))]
mod absent;
#[cfg(all(feature = "asymmetric", feature = "aws-lc"))]
mod aws_lc;
#[cfg(feature = "asymmetric")]
mod der;
mod kinds;
#[cfg(all(feature = "asymmetric-rust-crypto", any(test, not(feature = "aws-lc"))))]
mod rust_crypto;

use std::fmt;

use zeroize::Zeroizing;

use crate::algorithm::{SignatureAlgorithm, names};
use crate::signer::{SignError, Signature};
use kinds::{ANY_RSA, Kind, ONLY_ED25519, ONLY_PSS};

#[cfg(not(feature = "asymmetric"))]
pub(crate) use absent::*;
#[cfg(all(feature = "asymmetric", feature = "aws-lc"))]
use aws_lc::{Pair, is_valid, verifies};
#[cfg(feature = "asymmetric")]
pub(crate) use der::*;
pub use kinds::KeyError;
pub(crate) use kinds::{CertificateContent, Curve};
#[cfg(all(feature = "asymmetric-rust-crypto", not(feature = "aws-lc")))]
use rust_crypto::{Pair, is_valid, verifies};

/// A public key. It verifies by the algorithms of its kind alone, and by fewer after [`restrict`](Self::restrict).
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// `RSAPublicKey` (RFC 8017), a point (SEC 1), or the 32 bytes of Ed25519.
    bytes: Box<[u8]>,
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
    fn is_of(&self, public: &[u8]) -> bool {
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

/// Returns the bytes of the first block of PEM (RFC 7468) with one of the labels, and its label. Decodes in constant time, and wipes each
/// copy of a private key.
pub(crate) fn block(text: &str, labels: &[&'static str]) -> Result<(&'static str, Zeroizing<Vec<u8>>), KeyError> {
    let starts = labels
        .iter()
        .filter_map(|label| Some((text.find(&format!("-----BEGIN {label}-----"))?, *label)));
    let (start, label) = starts.min().ok_or(KeyError::Pem)?;
    let end = format!("-----END {label}-----");
    let start = start + "-----BEGIN -----".len() + label.len();
    let (body, _) = text[start..].split_once(&end).ok_or(KeyError::Pem)?;
    let mut digits = Zeroizing::new(Vec::with_capacity(body.len()));
    digits.extend(body.bytes().filter(|byte| !byte.is_ascii_whitespace()));
    let mut der = Zeroizing::new(vec![0; digits.len()]);
    let length = decode_base64(&digits, &mut der)?;
    der.truncate(length);
    Ok((label, der))
}

/// A private key with its public key.
pub(crate) struct KeyPair {
    pair: Pair,
    algorithms: &'static [SignatureAlgorithm],
}

const CURVES: [Curve; 3] = [Curve::P256, Curve::P384, Curve::P521];

impl KeyPair {
    /// Reads a private key in PEM.
    pub(crate) fn from_pem(pem: &str) -> Result<Self, KeyError> {
        if pem.contains("ENCRYPTED") {
            return Err(KeyError::Encrypted);
        }
        let labels = ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"];
        let (label, der) = block(pem, &labels)?;
        match label {
            "PRIVATE KEY" => Self::from_pkcs8(&der),
            "RSA PRIVATE KEY" => Self::new(Pair::rsa(&der), ANY_RSA),
            _ => {
                let pair = |curve: Curve| Self::new(Pair::sec1(curve, &der), curve.algorithms()).ok();
                CURVES.into_iter().find_map(pair).ok_or(KeyError::Rejected)
            }
        }
    }

    fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        match private_key(der)? {
            (Kind::Rsa, inner) => Self::new(Pair::rsa(inner), ANY_RSA),
            (Kind::RsaPss, inner) => Self::new(Pair::rsa(inner), ONLY_PSS),
            (Kind::Ec(curve), _) => Self::new(Pair::ecdsa(curve, der), curve.algorithms()),
            (Kind::Ed25519, _) => Self::new(Pair::ed25519(der), ONLY_ED25519),
        }
    }

    fn new(pair: Result<Pair, KeyError>, algorithms: &'static [SignatureAlgorithm]) -> Result<Self, KeyError> {
        Ok(Self {
            pair: pair?,
            algorithms,
        })
    }

    /// Returns the algorithms that the key signs by.
    pub(crate) fn algorithms(&self) -> &'static [SignatureAlgorithm] {
        self.algorithms
    }

    /// Returns `true` if this is the public key of the pair.
    pub(crate) fn is_pair_of(&self, key: &PublicKey) -> bool {
        key.is_of(&self.pair.public())
    }

    /// Signs a message by one of the key's algorithms; `None` if the library fails, and for another algorithm.
    pub(crate) fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Option<Signature> {
        self.pair.sign(algorithm, message).map(Signature::new)
    }
}

impl Signature {
    /// Converts a signature of ECDSA in DER (RFC 3279, section 2.2.3), which key management services return, to `r` and `s` of
    /// fixed length.
    pub fn from_ecdsa_der(algorithm: SignatureAlgorithm, der: &[u8]) -> Result<Self, SignError> {
        fixed(algorithm, der).ok_or(SignError::Der(algorithm))
    }

    /// Converts a signature of ECDSA, which is `r` and `s` of fixed length, to DER.
    pub fn to_ecdsa_der(&self, algorithm: SignatureAlgorithm) -> Result<Vec<u8>, SignError> {
        let bytes = self.as_ref();
        let integers = || {
            let half = ecdsa_length(algorithm).filter(|length| *length == bytes.len())? / 2;
            write_numbers([&bytes[..half], &bytes[half..]])
        };
        integers().ok_or(SignError::Length {
            algorithm,
            found: bytes.len(),
        })
    }
}

fn fixed(algorithm: SignatureAlgorithm, der: &[u8]) -> Option<Signature> {
    let length = ecdsa_length(algorithm)?;
    let mut bytes = vec![0; length];
    for (half, digits) in bytes.chunks_exact_mut(length / 2).zip(numbers(der)?) {
        let zeros = half.len().checked_sub(digits.len())?;
        half[zeros..].copy_from_slice(&digits);
    }
    Some(Signature::new(bytes))
}

/// Returns the length of a signature of ECDSA; `None` for another algorithm.
fn ecdsa_length(algorithm: SignatureAlgorithm) -> Option<usize> {
    use SignatureAlgorithm as A;
    let is_ecdsa = matches!(algorithm, A::EcdsaP256Sha256 | A::EcdsaP384Sha384 | A::EcdsaP521Sha512);
    algorithm.signature_length().filter(|_| is_ecdsa)
}

#[cfg(test)]
mod tests;
