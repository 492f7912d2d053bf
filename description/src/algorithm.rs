//! Algorithms of signatures and their names. No name comes from a message alone: the verifier has a list of those it accepts.

use std::fmt;

/// Algorithm of a MAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum Algorithm {
    /// HMAC (RFC 2104) with SHA-256.
    HmacSha256,
    /// HMAC (RFC 2104) with SHA-512.
    HmacSha512,
}

/// Encoding of a MAC or of another signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum MacEncoding {
    /// Lower-case hexadecimal.
    Hex,
    /// Hexadecimal digits of either case; written in lower case.
    HexAnyCase,
    /// Standard alphabet, padded.
    Base64,
    /// URL-safe alphabet, without padding.
    Base64Url,
}

/// Algorithm of a signature. A signature of ECDSA is `r` and `s` of fixed length, one after the other; the salt of RSA-PSS is
/// as long as the hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum SignatureAlgorithm {
    /// HMAC (RFC 2104) with SHA-256.
    HmacSha256,
    /// HMAC (RFC 2104) with SHA-512.
    HmacSha512,
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// RSASSA-PKCS1-v1_5 (RFC 8017) with SHA-256.
    RsaPkcs1Sha256,
    /// RSASSA-PKCS1-v1_5 (RFC 8017) with SHA-512.
    RsaPkcs1Sha512,
    /// RSASSA-PSS (RFC 8017) with SHA-256, also in MGF1.
    RsaPssSha256,
    /// RSASSA-PSS (RFC 8017) with SHA-512, also in MGF1.
    RsaPssSha512,
    /// ECDSA (FIPS 186-5) over P-256 with SHA-256.
    EcdsaP256Sha256,
    /// ECDSA (FIPS 186-5) over P-384 with SHA-384.
    EcdsaP384Sha384,
    /// ECDSA (FIPS 186-5) over P-521 with SHA-512.
    EcdsaP521Sha512,
}

impl SignatureAlgorithm {
    /// All algorithms.
    pub const ALL: [Self; 10] = [
        Self::HmacSha256,
        Self::HmacSha512,
        Self::Ed25519,
        Self::RsaPkcs1Sha256,
        Self::RsaPkcs1Sha512,
        Self::RsaPssSha256,
        Self::RsaPssSha512,
        Self::EcdsaP256Sha256,
        Self::EcdsaP384Sha384,
        Self::EcdsaP521Sha512,
    ];

    /// Returns the MAC; `None` for an algorithm of a key pair.
    pub fn mac(self) -> Option<Algorithm> {
        match self {
            Self::HmacSha256 => Some(Algorithm::HmacSha256),
            Self::HmacSha512 => Some(Algorithm::HmacSha512),
            _ => None,
        }
    }

    /// Returns `true` for a MAC, whose key is a secret of both sides.
    pub fn is_mac(self) -> bool {
        matches!(self, Self::HmacSha256 | Self::HmacSha512)
    }

    /// Returns the length of a signature in bytes; `None` for RSA, whose key decides.
    pub fn signature_length(self) -> Option<usize> {
        match self {
            Self::HmacSha256 => Some(32),
            Self::HmacSha512 | Self::Ed25519 | Self::EcdsaP256Sha256 => Some(64),
            Self::EcdsaP384Sha384 => Some(96),
            Self::EcdsaP521Sha512 => Some(132),
            Self::RsaPkcs1Sha256 | Self::RsaPkcs1Sha512 | Self::RsaPssSha256 | Self::RsaPssSha512 => None,
        }
    }

    /// Names in contracts, in JSON Web Signatures, and in HTTP Message Signatures if there is one.
    const fn names(self) -> [&'static str; 3] {
        match self {
            Self::HmacSha256 => ["hmac-sha256", "HS256", "hmac-sha256"],
            Self::HmacSha512 => ["hmac-sha512", "HS512", ""],
            Self::Ed25519 => ["ed25519", "EdDSA", "ed25519"],
            Self::RsaPkcs1Sha256 => ["rsa-pkcs1-sha256", "RS256", "rsa-v1_5-sha256"],
            Self::RsaPkcs1Sha512 => ["rsa-pkcs1-sha512", "RS512", ""],
            Self::RsaPssSha256 => ["rsa-pss-sha256", "PS256", ""],
            Self::RsaPssSha512 => ["rsa-pss-sha512", "PS512", "rsa-pss-sha512"],
            Self::EcdsaP256Sha256 => ["ecdsa-p256-sha256", "ES256", "ecdsa-p256-sha256"],
            Self::EcdsaP384Sha384 => ["ecdsa-p384-sha384", "ES384", "ecdsa-p384-sha384"],
            Self::EcdsaP521Sha512 => ["ecdsa-p521-sha512", "ES512", ""],
        }
    }

    /// Returns the name in JSON Web Signatures (RFC 7518, section 3.1; RFC 8037).
    #[must_use]
    pub fn jws_name(self) -> &'static str {
        self.names()[1]
    }

    /// Returns the algorithm of a name in JSON Web Signatures (also of `Ed25519`, RFC 9864); `None` for an unknown name, and for
    /// `none`.
    pub fn from_jws_name(name: &str) -> Option<Self> {
        if name == "Ed25519" {
            return Some(Self::Ed25519);
        }
        Self::ALL.into_iter().find(|algorithm| algorithm.jws_name() == name)
    }

    /// Returns the name in HTTP Message Signatures (RFC 9421, section 6.2.2); `None` without one.
    #[must_use]
    pub fn http_name(self) -> Option<&'static str> {
        Some(self.names()[2]).filter(|name| !name.is_empty())
    }
}

/// Writes the name that contracts use, such as `rsa-pss-sha256`.
impl fmt::Display for SignatureAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.names()[0])
    }
}

impl From<Algorithm> for SignatureAlgorithm {
    fn from(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::HmacSha256 => Self::HmacSha256,
            Algorithm::HmacSha512 => Self::HmacSha512,
        }
    }
}
