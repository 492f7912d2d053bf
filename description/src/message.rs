//! Signed messages of requests and deliveries: the pieces of a template.

use std::fmt;

/// A piece of a signed message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum Piece {
    /// Written as it is.
    Text(&'static str),
    /// A value, after these changes in order.
    Value(SignedValue, &'static [Filter]),
}

impl Piece {
    /// Returns `true` for this value, whatever its changes.
    pub fn is(self, value: SignedValue) -> bool {
        matches!(self, Self::Value(own, _) if own == value)
    }

    /// Returns `true` for the body, unless only its SHA-256 is signed.
    pub fn is_raw_body(self) -> bool {
        matches!(self, Self::Value(SignedValue::Body, filters) if filters.first() != Some(&Filter::Sha256))
    }
}

/// A value of a signed message. An absent one is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum SignedValue {
    /// The HTTP method in upper case.
    Method,
    /// The request target as sent: path, followed by `?` and the query if there is one.
    Target,
    /// The path of the target.
    Path,
    /// The query of the target, without `?`.
    Query,
    /// The host and the port of the URL.
    Host,
    /// The body bytes.
    Body,
    /// The instant as written on the wire.
    Timestamp,
    /// The nonce as written on the wire.
    Nonce,
    /// The idempotency key; empty without one.
    IdempotencyKey,
    /// The client id.
    ClientId,
    /// The id of the key that signs.
    KeyId,
    /// The end of the signature: the instant plus the lifetime.
    Expires,
    /// The serial number of the key's certificate, in hexadecimal.
    CertificateSerial,
    /// The issuer of the key's certificate (RFC 4514).
    CertificateIssuer,
    /// A header of a delivery.
    Header(&'static str),
    /// A setting of the verifier or of the client, by its name.
    Setting(&'static str),
    /// A member of each item of the body, by a JSON Pointer into the item.
    Item(&'static str),
}

impl SignedValue {
    /// Returns `true` for a value of the sender, which a receiver finds in the request alone.
    pub fn is_of_sender(self) -> bool {
        let is_of_attempt = matches!(self, Self::Timestamp | Self::Nonce | Self::Expires | Self::Setting(_));
        let is_of_key = matches!(self, Self::KeyId | Self::CertificateSerial | Self::CertificateIssuer);
        is_of_attempt || is_of_key || self == Self::ClientId
    }

    /// The values with a plain name in a template.
    pub const PLAIN: &'static [(&'static str, Self)] = &[
        ("method", Self::Method),
        ("target", Self::Target),
        ("path", Self::Path),
        ("query", Self::Query),
        ("host", Self::Host),
        ("body", Self::Body),
        ("timestamp", Self::Timestamp),
        ("nonce", Self::Nonce),
        ("client-id", Self::ClientId),
        ("key-id", Self::KeyId),
        ("expires", Self::Expires),
        ("certificate-serial", Self::CertificateSerial),
        ("certificate-issuer", Self::CertificateIssuer),
        ("idempotency-key", Self::IdempotencyKey),
    ];
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

impl Filter {
    /// Returns the name in a template.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
            Self::Crc32 => "crc32",
            Self::Decimal => "decimal",
            Self::Hex => "hex",
            Self::Base64 => "base64",
            Self::Base64Url => "base64url",
        }
    }
}

/// Writes the piece as in a template of the contract.
impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (value, filters) = match self {
            Self::Text(text) => return f.write_str(&text.replace('{', "{{").replace('}', "}}")),
            Self::Value(value, filters) => (value, filters),
        };
        match value {
            SignedValue::Header(name) => write!(f, "{{header.{name}")?,
            SignedValue::Setting(name) => write!(f, "{{settings.{name}")?,
            SignedValue::Item(pointer) => write!(f, "{{{pointer}")?,
            plain => {
                let mut names = SignedValue::PLAIN.iter();
                let name = names.find(|(_, known)| known == plain).map_or("", |(name, _)| name);
                write!(f, "{{{name}")?;
            }
        }
        filters.iter().try_for_each(|filter| write!(f, "|{}", filter.name()))?;
        f.write_str("}")
    }
}
