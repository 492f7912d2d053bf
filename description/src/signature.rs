//! Signatures of requests and deliveries (`x-signing`, `x-webhooks.signing`).

use crate::algorithm::Algorithm;

/// Decoding of a secret's text into key bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum SecretEncoding {
    /// The UTF-8 bytes of the text.
    Utf8,
    /// Hexadecimal digits of either case.
    Hex,
    /// The standard alphabet, padded (RFC 4648, section 4).
    Base64,
}

/// Form of a secret's text, and the algorithm of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub struct SecretForm {
    /// Algorithm of the MAC.
    pub algorithm: Algorithm,
    /// Decoding of the text without its prefix.
    pub encoding: SecretEncoding,
    /// Text before the encoded bytes; a secret may lack it.
    pub prefix: &'static str,
}

/// A secret without a prefix, for HMAC with SHA-256.
impl From<SecretEncoding> for SecretForm {
    fn from(encoding: SecretEncoding) -> Self {
        Self {
            algorithm: Algorithm::HmacSha256,
            encoding,
            prefix: "",
        }
    }
}

/// Form of a nonce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum NonceFormat {
    /// Letters, digits, `-` and `_`.
    Text,
    /// Letters and digits.
    Alphanumeric,
    /// A random UUID (RFC 9562, version 4).
    Uuid,
}

/// Place of the signature of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum SignaturePlace {
    /// A header.
    Header(&'static str),
    /// `Authorization`, after `Bearer` and a blank (RFC 6750).
    Bearer,
    /// The last parameter of the query.
    Query(&'static str),
}

impl SignaturePlace {
    /// Returns the header, if the signature is in one.
    pub fn header(self) -> Option<&'static str> {
        match self {
            Self::Header(name) => Some(name),
            Self::Bearer => Some("Authorization"),
            Self::Query(_) => None,
        }
    }
}

/// Format of an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum TimestampFormat {
    /// RFC 3339 in UTC.
    Rfc3339,
    /// Whole seconds since 1970.
    UnixSeconds,
    /// Milliseconds since 1970.
    UnixMillis,
}

/// Parameter of a signature (RFC 9421, section 2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum HttpParameter {
    /// The instant.
    Created,
    /// The end of the signature.
    Expires,
    /// The nonce.
    Nonce,
    /// The name of the algorithm.
    Alg,
    /// The id of the key.
    Keyid,
}

/// A change of a value of a signed message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum Filter {
    /// SHA-256 of the bytes.
    Sha256,
    /// SHA-512 of the bytes.
    Sha512,
    /// CRC-32 of the bytes (IEEE 802.3), the most significant byte first. It is not a hash: anyone finds other bytes of the same value.
    Crc32,
    /// The decimal digits of a number of at most 16 bytes, the most significant byte first.
    Decimal,
    /// Lower-case hexadecimal.
    Hex,
    /// Standard alphabet, padded.
    Base64,
    /// URL-safe alphabet, without padding.
    Base64Url,
}

/// Location of a signed value of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum ValueLocation {
    /// A header.
    Header(&'static str),
    /// An item of the header of the signature, by its name.
    Pair(&'static str),
}

/// Location of the id of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum EventId {
    /// A member of the body, by a JSON Pointer.
    Body(&'static str),
    /// A signed header.
    Header(&'static str),
}
