//! Signatures of requests and deliveries (`x-signing`, `x-webhooks.signing`).

use crate::algorithm::Algorithm;
use crate::form::Claim;

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

/// Location of the signature of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum SignatureLocation {
    /// A header with nothing else.
    Header(&'static str),
    /// A header with several items; several of them may be signatures.
    List {
        /// The header.
        header: &'static str,
        /// Character between items.
        separator: char,
        /// Character between the name and the value of an item.
        pair: char,
        /// Name of the items that are signatures; `None`: items have no names.
        name: Option<&'static str>,
    },
    /// A member of each signed item of the body, by JSON Pointers.
    Items {
        /// The items; `*` is any index of an array.
        each: &'static str,
        /// The signature in an item.
        signature: &'static str,
    },
    /// A header with a JSON Web Signature.
    Jws {
        /// The header.
        header: &'static str,
        /// Claims of the payload; `None`: the payload is the body, outside of the signature.
        claims: Option<&'static [(&'static str, Claim)]>,
    },
}

impl SignatureLocation {
    /// Returns the header, if the signature is in one.
    pub fn header(self) -> Option<&'static str> {
        match self {
            Self::Header(header) | Self::List { header, .. } | Self::Jws { header, .. } => Some(header),
            Self::Items { .. } => None,
        }
    }
}
