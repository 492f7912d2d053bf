//! Kinds of keys, their names in DER, and their algorithms.

use crate::algorithm::SignatureAlgorithm;
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::spki::AlgorithmIdentifierRef;

pub(super) const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
pub(super) const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
pub(super) const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
pub(super) const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
pub(super) const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
pub(super) const P521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");
pub(super) const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// The reason why a text or bytes give no key. Never repeats them.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The text contains no key in PEM.
    #[error("the text contains no key in PEM (`-----BEGIN ...`)")]
    Pem,
    /// An encrypted private key.
    #[error("the private key is encrypted")]
    Encrypted,
    /// The key is of no known kind.
    #[error("the key is neither RSA, nor ECDSA over P-256, P-384 or P-521, nor Ed25519")]
    Kind,
    /// The certificate is of another key.
    #[error("the certificate is of another key")]
    Certificate,
    /// A broken or weak key.
    #[error("the key is broken, or it is a key of RSA with less than 2048 or more than 8192 bits")]
    Rejected,
    /// No library for the kind of key.
    #[error("keys of RSA need aws-lc")]
    Library,
}

impl KeyError {
    /// Returns the recommended next step.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Pem => "Pass the whole text of the file, from `-----BEGIN` to the last line.",
            Self::Encrypted => "Decrypt it (`openssl pkey -in FILE`), and keep the result in a secret store.",
            Self::Kind => "Create a key of one of these kinds, and register it with the API.",
            Self::Certificate => "Pass the certificate that was issued for this private key.",
            Self::Rejected => "Export the key again, or replace it by a new one.",
            Self::Library => "Add the feature `tls-aws-lc` of the generated crate, or `aws-lc` of `sdkwright-runtime`.",
        }
    }
}

/// For an error that `main` returns: a separate line has the next step.
impl std::fmt::Debug for KeyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}\nnext: {}", self.advice())
    }
}

/// A curve of ECDSA.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    pub(super) fn from_parameters(parameters: &AlgorithmIdentifierRef<'_>) -> Option<Self> {
        match parameters.parameters_oid().ok()? {
            P256 => Some(Self::P256),
            P384 => Some(Self::P384),
            P521 => Some(Self::P521),
            _ => None,
        }
    }

    /// Returns the length of a coordinate, in bytes.
    pub(crate) fn length(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    pub(super) fn algorithms(self) -> &'static [SignatureAlgorithm] {
        match self {
            Self::P256 => &[SignatureAlgorithm::EcdsaP256Sha256],
            Self::P384 => &[SignatureAlgorithm::EcdsaP384Sha384],
            Self::P521 => &[SignatureAlgorithm::EcdsaP521Sha512],
        }
    }
}

/// Algorithms of a key without a restriction. That of PKCS#1 is first, because more APIs accept it.
pub(super) const ANY_RSA: &[SignatureAlgorithm] = &[
    SignatureAlgorithm::RsaPkcs1Sha256,
    SignatureAlgorithm::RsaPkcs1Sha512,
    SignatureAlgorithm::RsaPssSha256,
    SignatureAlgorithm::RsaPssSha512,
];
/// Algorithms of a key whose own kind is RSASSA-PSS (RFC 4055).
pub(super) const ONLY_PSS: &[SignatureAlgorithm] =
    &[SignatureAlgorithm::RsaPssSha256, SignatureAlgorithm::RsaPssSha512];
/// Algorithm of a key of Ed25519.
pub(super) const ONLY_ED25519: &[SignatureAlgorithm] = &[SignatureAlgorithm::Ed25519];
