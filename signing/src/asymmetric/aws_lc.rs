//! Signatures by aws-lc.

use super::kinds::{Curve, KeyError};
use crate::algorithm::SignatureAlgorithm;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED, ECDSA_P384_SHA384_FIXED_SIGNING,
    ECDSA_P521_SHA512_FIXED, ECDSA_P521_SHA512_FIXED_SIGNING, ED25519, EcdsaKeyPair, EcdsaSigningAlgorithm,
    Ed25519KeyPair, KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA512, RSA_PKCS1_SHA256,
    RSA_PKCS1_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA512, RsaEncoding,
    UnparsedPublicKey, VerificationAlgorithm,
};

/// A private key. The library wipes its memory on drop.
pub(super) enum Pair {
    Rsa(RsaKeyPair),
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Pair {
    /// Reads an `RSAPrivateKey` (RFC 8017).
    pub(super) fn rsa(der: &[u8]) -> Result<Self, KeyError> {
        RsaKeyPair::from_der(der).map(Self::Rsa).map_err(|_| KeyError::Rejected)
    }

    /// Reads an `ECPrivateKey` (RFC 5915).
    pub(super) fn sec1(curve: Curve, der: &[u8]) -> Result<Self, KeyError> {
        let pair = EcdsaKeyPair::from_private_key_der(signing(curve), der);
        pair.map(Self::Ecdsa).map_err(|_| KeyError::Rejected)
    }

    /// Reads the `PrivateKeyInfo` (RFC 5208) of a key of ECDSA.
    pub(super) fn ecdsa(curve: Curve, der: &[u8]) -> Result<Self, KeyError> {
        let pair = EcdsaKeyPair::from_pkcs8(signing(curve), der);
        pair.map(Self::Ecdsa).map_err(|_| KeyError::Rejected)
    }

    /// Reads the `PrivateKeyInfo` (RFC 5208) of a key of Ed25519.
    pub(super) fn ed25519(der: &[u8]) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der);
        pair.map(Self::Ed25519).map_err(|_| KeyError::Rejected)
    }

    /// Returns the bytes of the public key.
    pub(super) fn public(&self) -> Vec<u8> {
        match self {
            Self::Rsa(pair) => pair.public_key().as_ref().to_vec(),
            Self::Ecdsa(pair) => pair.public_key().as_ref().to_vec(),
            Self::Ed25519(pair) => pair.public_key().as_ref().to_vec(),
        }
    }

    /// Signs a message by one of the key's algorithms; `None` if the library fails, and for another algorithm.
    pub(super) fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Option<Vec<u8>> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa(pair) => {
                let mut bytes = vec![0; pair.public_modulus_len()];
                pair.sign(padding(algorithm)?, &random, message, &mut bytes).ok()?;
                Some(bytes)
            }
            Self::Ecdsa(pair) => Some(pair.sign(&random, message).ok()?.as_ref().to_vec()),
            Self::Ed25519(pair) => Some(pair.sign(message).as_ref().to_vec()),
        }
    }
}

fn signing(curve: Curve) -> &'static EcdsaSigningAlgorithm {
    match curve {
        Curve::P256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
        Curve::P384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
        Curve::P521 => &ECDSA_P521_SHA512_FIXED_SIGNING,
    }
}

fn padding(algorithm: SignatureAlgorithm) -> Option<&'static dyn RsaEncoding> {
    match algorithm {
        SignatureAlgorithm::RsaPkcs1Sha256 => Some(&RSA_PKCS1_SHA256),
        SignatureAlgorithm::RsaPkcs1Sha512 => Some(&RSA_PKCS1_SHA512),
        SignatureAlgorithm::RsaPssSha256 => Some(&RSA_PSS_SHA256),
        SignatureAlgorithm::RsaPssSha512 => Some(&RSA_PSS_SHA512),
        _ => None,
    }
}

/// Returns `true` if the library verifies signatures by an algorithm.
pub(super) fn verifies(algorithm: SignatureAlgorithm) -> bool {
    verification(algorithm).is_some()
}

/// Returns `true` for the signature of a message by the private key of these bytes.
pub(super) fn is_valid(algorithm: SignatureAlgorithm, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    verification(algorithm).is_some_and(|known| UnparsedPublicKey::new(known, key).verify(message, signature).is_ok())
}

fn verification(algorithm: SignatureAlgorithm) -> Option<&'static dyn VerificationAlgorithm> {
    match algorithm {
        SignatureAlgorithm::HmacSha256 | SignatureAlgorithm::HmacSha512 => None,
        SignatureAlgorithm::Ed25519 => Some(&ED25519),
        SignatureAlgorithm::RsaPkcs1Sha256 => Some(&RSA_PKCS1_2048_8192_SHA256),
        SignatureAlgorithm::RsaPkcs1Sha512 => Some(&RSA_PKCS1_2048_8192_SHA512),
        SignatureAlgorithm::RsaPssSha256 => Some(&RSA_PSS_2048_8192_SHA256),
        SignatureAlgorithm::RsaPssSha512 => Some(&RSA_PSS_2048_8192_SHA512),
        SignatureAlgorithm::EcdsaP256Sha256 => Some(&ECDSA_P256_SHA256_FIXED),
        SignatureAlgorithm::EcdsaP384Sha384 => Some(&ECDSA_P384_SHA384_FIXED),
        SignatureAlgorithm::EcdsaP521Sha512 => Some(&ECDSA_P521_SHA512_FIXED),
    }
}
