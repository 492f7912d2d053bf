//! Private keys: PEM comes in, signatures go out.

use super::kinds::{ANY_RSA, Curve, EC, ED25519, KeyError, ONLY_PSS, RSA, RSA_PSS};
use super::public_key::PublicKey;
use crate::algorithm::SignatureAlgorithm;
use crate::pem;
use crate::signer::Signature;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RSA_PSS_SHA256,
    RSA_PSS_SHA512, RsaEncoding,
};
use x509_cert::der::asn1::OctetStringRef;
use x509_cert::der::{Decode as _, Reader as _, SliceReader};
use x509_cert::spki::AlgorithmIdentifierRef;

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

const CURVES: [Curve; 3] = [Curve::P256, Curve::P384, Curve::P521];

impl Curve {
    fn signing(self) -> &'static EcdsaSigningAlgorithm {
        match self {
            Self::P256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
            Self::P384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
            Self::P521 => &ECDSA_P521_SHA512_FIXED_SIGNING,
        }
    }
}

impl KeyPair {
    /// Reads a private key in PEM.
    pub(crate) fn from_pem(pem: &str) -> Result<Self, KeyError> {
        if pem.contains("ENCRYPTED") {
            return Err(KeyError::Encrypted);
        }
        let labels = ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"];
        let (label, der) = pem::block(pem, &labels).ok_or(KeyError::Pem)?;
        match label {
            "PRIVATE KEY" => Self::from_pkcs8(&der),
            "RSA PRIVATE KEY" => Self::rsa(RsaKeyPair::from_der(&der).ok(), ANY_RSA),
            _ => {
                let pair = |curve: Curve| {
                    let pair = EcdsaKeyPair::from_private_key_der(curve.signing(), &der).ok()?;
                    Some(Self::Ecdsa { pair, curve })
                };
                CURVES.into_iter().find_map(pair).ok_or(KeyError::Rejected)
            }
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

    /// Returns `true` if this is the public key of the pair.
    pub(crate) fn is_pair_of(&self, key: &PublicKey) -> bool {
        match self {
            Self::Rsa { pair, .. } => key.is_of(pair.public_key().as_ref()),
            Self::Ecdsa { pair, .. } => key.is_of(pair.public_key().as_ref()),
            Self::Ed25519(pair) => key.is_of(pair.public_key().as_ref()),
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
