//! Signatures with a key pair, by aws-lc. No other module calls that library for them.
//!
//! A private key never prints; aws-lc wipes its memory when it is dropped.

use crate::algorithm::SignatureAlgorithm;
use crate::signer::{SignError, Signature};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, Ed25519KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA512,
    RsaEncoding,
};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject as _;
use x509_cert::der::asn1::{ObjectIdentifier, OctetStringRef, UintRef};
use x509_cert::der::{Decode as _, Encode as _, Reader as _, SliceReader};
use x509_cert::spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const P521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// The reason why a text or bytes give no key. Never repeats them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The text contains no key in PEM.
    #[error("the text contains no key in PEM (`-----BEGIN ...`)")]
    Pem,
    /// The private key is encrypted.
    #[error("the private key is encrypted: decrypt it (`openssl pkey -in FILE`) and keep the result in a secret store")]
    Encrypted,
    /// The key is of no known kind.
    #[error("the key is neither RSA, nor ECDSA over P-256, P-384 or P-521, nor Ed25519")]
    Kind,
    /// The key is broken or too weak.
    #[error("the key is broken, or it is a key of RSA with less than 2048 or more than 8192 bits")]
    Rejected,
}

/// A private key with its public key.
pub(crate) enum KeyPair {
    Rsa {
        pair: RsaKeyPair,
        algorithms: &'static [SignatureAlgorithm],
    },
    Ecdsa {
        pair: EcdsaKeyPair,
        curve: Curve,
    },
    Ed25519(Ed25519KeyPair),
}

/// A curve of ECDSA.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
    P521,
}

const CURVES: [Curve; 3] = [Curve::P256, Curve::P384, Curve::P521];

impl Curve {
    fn from_parameters(parameters: &AlgorithmIdentifierRef<'_>) -> Option<Self> {
        match parameters.parameters_oid().ok()? {
            P256 => Some(Self::P256),
            P384 => Some(Self::P384),
            P521 => Some(Self::P521),
            _ => None,
        }
    }

    fn algorithms(self) -> &'static [SignatureAlgorithm] {
        match self {
            Self::P256 => &[SignatureAlgorithm::EcdsaP256Sha256],
            Self::P384 => &[SignatureAlgorithm::EcdsaP384Sha384],
            Self::P521 => &[SignatureAlgorithm::EcdsaP521Sha512],
        }
    }

    fn signing(self) -> &'static EcdsaSigningAlgorithm {
        match self {
            Self::P256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
            Self::P384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
            Self::P521 => &ECDSA_P521_SHA512_FIXED_SIGNING,
        }
    }
}

/// Algorithms of a key that is restricted to none of them. That of PKCS#1 is first, because more APIs accept it.
const ANY_RSA: &[SignatureAlgorithm] = &[
    SignatureAlgorithm::RsaPkcs1Sha256,
    SignatureAlgorithm::RsaPkcs1Sha512,
    SignatureAlgorithm::RsaPssSha256,
    SignatureAlgorithm::RsaPssSha512,
];
/// Algorithms of a key whose own kind is RSASSA-PSS (RFC 4055).
const ONLY_PSS: &[SignatureAlgorithm] = &[SignatureAlgorithm::RsaPssSha256, SignatureAlgorithm::RsaPssSha512];

impl KeyPair {
    /// Reads a private key in PEM.
    pub(crate) fn from_pem(pem: &str) -> Result<Self, KeyError> {
        if pem.contains("ENCRYPTED") {
            return Err(KeyError::Encrypted);
        }
        let mut der = Zeroizing::new(PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| KeyError::Pem)?);
        match &mut *der {
            PrivateKeyDer::Pkcs8(key) => Self::from_pkcs8(key.secret_pkcs8_der()),
            PrivateKeyDer::Pkcs1(key) => Self::rsa(RsaKeyPair::from_der(key.secret_pkcs1_der()).ok(), ANY_RSA),
            PrivateKeyDer::Sec1(key) => {
                let pair = |curve: Curve| {
                    let pair = EcdsaKeyPair::from_private_key_der(curve.signing(), key.secret_sec1_der()).ok()?;
                    Some(Self::Ecdsa { pair, curve })
                };
                CURVES.into_iter().find_map(pair).ok_or(KeyError::Rejected)
            }
            _ => Err(KeyError::Kind),
        }
    }

    fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        let (kind, inner) = private_key_info(der).map_err(|_| KeyError::Rejected)?;
        match kind.oid {
            RSA => Self::rsa(RsaKeyPair::from_pkcs8(der).ok(), ANY_RSA),
            // aws-lc reads only the inner key.
            RSA_PSS => Self::rsa(RsaKeyPair::from_der(inner).ok(), ONLY_PSS),
            EC => {
                let curve = Curve::from_parameters(&kind).ok_or(KeyError::Kind)?;
                let pair = EcdsaKeyPair::from_pkcs8(curve.signing(), der).map_err(|_| KeyError::Rejected)?;
                Ok(Self::Ecdsa { pair, curve })
            }
            ED25519 => {
                let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map_err(|_| KeyError::Rejected)?;
                Ok(Self::Ed25519(pair))
            }
            _ => Err(KeyError::Kind),
        }
    }

    fn rsa(pair: Option<RsaKeyPair>, algorithms: &'static [SignatureAlgorithm]) -> Result<Self, KeyError> {
        let pair = pair.ok_or(KeyError::Rejected)?;
        Ok(Self::Rsa { pair, algorithms })
    }

    /// Returns the algorithms that the key signs by.
    pub(crate) fn algorithms(&self) -> &'static [SignatureAlgorithm] {
        match self {
            Self::Rsa { algorithms, .. } => algorithms,
            Self::Ecdsa { curve, .. } => curve.algorithms(),
            Self::Ed25519(_) => &[SignatureAlgorithm::Ed25519],
        }
    }

    /// Signs a message by one of the key's algorithms; `None` if the library fails, and for another algorithm.
    pub(crate) fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Option<Signature> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa { pair, .. } => {
                let mut bytes = vec![0; pair.public_modulus_len()];
                pair.sign(padding(algorithm)?, &random, message, &mut bytes).ok()?;
                Some(Signature::new(bytes))
            }
            Self::Ecdsa { pair, .. } => Some(Signature::new(pair.sign(&random, message).ok()?.as_ref())),
            Self::Ed25519(pair) => Some(Signature::new(pair.sign(message).as_ref())),
        }
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

/// Reads the kind and the inner key of a `PrivateKeyInfo` (RFC 5208, RFC 5958).
fn private_key_info(der: &[u8]) -> x509_cert::der::Result<(AlgorithmIdentifierRef<'_>, &[u8])> {
    SliceReader::new(der)?.sequence(|fields| {
        u8::decode(fields)?;
        let kind = AlgorithmIdentifierRef::decode(fields)?;
        let inner = <&OctetStringRef>::decode(fields)?;
        // Attributes and the public key may follow.
        fields.read_slice(fields.remaining_len())?;
        Ok((kind, inner.as_bytes()))
    })
}

#[cfg_attr(docsrs, doc(cfg(feature = "asymmetric")))]
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
            let integers = [UintRef::new(&bytes[..half]).ok()?, UintRef::new(&bytes[half..]).ok()?];
            integers.to_der().ok()
        };
        integers().ok_or(SignError::Length {
            algorithm,
            found: bytes.len(),
        })
    }
}

fn fixed(algorithm: SignatureAlgorithm, der: &[u8]) -> Option<Signature> {
    let length = ecdsa_length(algorithm)?;
    let integers = Vec::<UintRef<'_>>::from_der(der)
        .ok()
        .filter(|integers| integers.len() == 2)?;
    let mut bytes = vec![0; length];
    for (half, integer) in bytes.chunks_exact_mut(length / 2).zip(&integers) {
        let digits = integer.as_bytes();
        let zeros = half.len().checked_sub(digits.len())?;
        half[zeros..].copy_from_slice(digits);
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
