//! Signatures of ECDSA and Ed25519 by the crates of RustCrypto and dalek. There are none of RSA: the signatures of the crate `rsa` take
//! a time that depends on the key (RUSTSEC-2023-0071).

use super::kinds::{Curve, KeyError};
use crate::algorithm::SignatureAlgorithm;
use ed25519_dalek::pkcs8::DecodePrivateKey as _;
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use zeroize::Zeroize as _;

/// A private key. The libraries wipe its memory on drop. Boxed, because each move would leave a copy.
pub(super) enum Pair {
    P256(Box<p256::ecdsa::SigningKey>),
    P384(Box<p384::ecdsa::SigningKey>),
    P521(Box<p521::ecdsa::SigningKey>),
    Ed25519(Box<ed25519_dalek::SigningKey>),
}

/// Runs a step that moves a private key on the stack, and overwrites what it left there: the libraries return keys by value, and
/// sign with copies.
fn wiped<T>(step: impl FnOnce() -> T) -> T {
    let done = on_its_own_frame(step);
    wipe_stack();
    done
}

#[inline(never)]
fn on_its_own_frame<T>(step: impl FnOnce() -> T) -> T {
    step()
}

/// Overwrites the stack below its caller.
#[inline(never)]
#[allow(clippy::large_stack_arrays, reason = "it is as large as what it overwrites")]
fn wipe_stack() {
    let mut used = [0_u64; 8 << 10];
    used.zeroize();
    std::hint::black_box(&used);
}

impl Pair {
    /// Refuses an `RSAPrivateKey` (RFC 8017).
    pub(super) fn rsa(_der: &[u8]) -> Result<Self, KeyError> {
        Err(KeyError::Library)
    }

    /// Reads an `ECPrivateKey` (RFC 5915).
    pub(super) fn sec1(curve: Curve, der: &[u8]) -> Result<Self, KeyError> {
        let pair = wiped(|| match curve {
            Curve::P256 => p256::SecretKey::from_sec1_der(der).map(|key| Self::P256(Box::new(key.into()))),
            Curve::P384 => p384::SecretKey::from_sec1_der(der).map(|key| Self::P384(Box::new(key.into()))),
            Curve::P521 => p521::SecretKey::from_sec1_der(der).map(|key| Self::P521(Box::new(key.into()))),
        });
        pair.map_err(|_| KeyError::Rejected)
    }

    /// Reads the `PrivateKeyInfo` (RFC 5208) of a key of ECDSA.
    pub(super) fn ecdsa(curve: Curve, der: &[u8]) -> Result<Self, KeyError> {
        let pair = wiped(|| match curve {
            Curve::P256 => p256::SecretKey::from_pkcs8_der(der).map(|key| Self::P256(Box::new(key.into()))),
            Curve::P384 => p384::SecretKey::from_pkcs8_der(der).map(|key| Self::P384(Box::new(key.into()))),
            Curve::P521 => p521::SecretKey::from_pkcs8_der(der).map(|key| Self::P521(Box::new(key.into()))),
        });
        pair.map_err(|_| KeyError::Rejected)
    }

    /// Reads the `PrivateKeyInfo` (RFC 5208) of a key of Ed25519.
    pub(super) fn ed25519(der: &[u8]) -> Result<Self, KeyError> {
        let pair = wiped(|| ed25519_dalek::SigningKey::from_pkcs8_der(der).map(|key| Self::Ed25519(Box::new(key))));
        pair.map_err(|_| KeyError::Rejected)
    }

    /// Returns the bytes of the public key.
    pub(super) fn public(&self) -> Vec<u8> {
        match self {
            Self::P256(pair) => pair.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            Self::P384(pair) => pair.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            Self::P521(pair) => pair.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            Self::Ed25519(pair) => pair.verifying_key().as_bytes().to_vec(),
        }
    }

    /// Signs a message by one of the key's algorithms; `None` if the library fails.
    pub(super) fn sign(&self, _algorithm: SignatureAlgorithm, message: &[u8]) -> Option<Vec<u8>> {
        wiped(|| self.signature(message))
    }

    fn signature(&self, message: &[u8]) -> Option<Vec<u8>> {
        macro_rules! signature {
            ($curve:ident, $pair:expr) => {{
                let signature: $curve::ecdsa::Signature = $pair.try_sign(message).ok()?;
                signature.to_bytes().to_vec()
            }};
        }
        Some(match self {
            Self::P256(pair) => signature!(p256, pair),
            Self::P384(pair) => signature!(p384, pair),
            Self::P521(pair) => signature!(p521, pair),
            Self::Ed25519(pair) => pair.try_sign(message).ok()?.to_bytes().to_vec(),
        })
    }
}

/// Returns `true` if a library verifies signatures by an algorithm.
pub(super) fn verifies(algorithm: SignatureAlgorithm) -> bool {
    use SignatureAlgorithm as A;
    matches!(
        algorithm,
        A::EcdsaP256Sha256 | A::EcdsaP384Sha384 | A::EcdsaP521Sha512 | A::Ed25519
    )
}

/// Returns `true` for the signature of a message by the private key of these bytes.
pub(super) fn is_valid(algorithm: SignatureAlgorithm, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    use SignatureAlgorithm as A;
    macro_rules! verified {
        ($curve:ident) => {{
            let signature = $curve::ecdsa::Signature::from_slice(signature).ok()?;
            let key = $curve::ecdsa::VerifyingKey::from_sec1_bytes(key).ok()?;
            key.verify(message, &signature).ok()
        }};
    }
    let valid = || match algorithm {
        A::EcdsaP256Sha256 => verified!(p256),
        A::EcdsaP384Sha384 => verified!(p384),
        A::EcdsaP521Sha512 => verified!(p521),
        A::Ed25519 => {
            let signature = ed25519_dalek::Signature::from_slice(signature).ok()?;
            let key = ed25519_dalek::VerifyingKey::from_bytes(key.try_into().ok()?).ok()?;
            key.verify_strict(message, &signature).ok()
        }
        _ => None,
    };
    valid().is_some()
}
