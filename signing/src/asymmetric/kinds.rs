//! Kinds of keys, their names in DER, and their algorithms.

use crate::algorithm::SignatureAlgorithm;

/// The kind of a key.
#[cfg_attr(not(feature = "asymmetric"), expect(dead_code, reason = "no library reads a key"))]
pub(super) enum Kind {
    Rsa,
    /// RSASSA-PSS alone (RFC 4055).
    RsaPss,
    Ec(Curve),
    Ed25519,
}

/// The decoded parts of a certificate.
#[derive(Clone)]
pub(crate) struct CertificateContent {
    /// The `SubjectPublicKeyInfo` in DER.
    pub(crate) key: Vec<u8>,
    /// Its key may sign.
    pub(crate) signs: bool,
    pub(crate) serial: Vec<u8>,
    pub(crate) issuer: String,
    pub(crate) subject: String,
    pub(crate) from: i64,
    pub(crate) until: i64,
}

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
    #[error("no library for keys of this kind is enabled")]
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
            Self::Library => {
                "Add the feature `asymmetric` of `sdkwright-runtime`, and for keys of RSA its feature `aws-lc`."
            }
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
