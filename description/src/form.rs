//! Forms of signatures by key pairs: an encoded signature, a JSON Web Signature, a signature of an HTTP message, OAuth 1.0a. And the
//! signed messages of requests and deliveries: the pieces of a template.

use std::fmt;

use crate::algorithm::SignatureAlgorithm;

/// Form of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum SignatureForm {
    /// The encoded signature of a message.
    Message,
    /// A JSON Web Signature.
    Jws(Jws),
    /// A signature of an HTTP message.
    Http(HttpForm),
    /// OAuth 1.0a (RFC 5849), as the value of `Authorization`.
    OAuth1(OAuth1Form),
}

impl SignatureForm {
    /// Returns the pieces of all values outside of the message.
    pub fn pieces(&self) -> impl Iterator<Item = &'static Piece> + use<> {
        let (protected, claims, message): (&[_], &[_], &[_]) = match self {
            Self::Message | Self::OAuth1(_) => (&[], &[], &[]),
            Self::Http(http) => (&[], &[], http.key_id),
            Self::Jws(jws) => match jws.payload {
                JwsPayload::Claims(claims) => (jws.protected, claims, &[]),
                JwsPayload::Message(pieces) => (jws.protected, &[], pieces),
            },
        };
        let members = protected.iter().chain(claims);
        let of_members = members.flat_map(|(_, claim): &(&str, Claim)| claim.pieces());
        of_members.chain(message)
    }

    /// Returns `true` if a signature of this form contains the value as it is.
    pub fn contains(&self, wanted: SignedValue) -> bool {
        match self {
            Self::Message => false,
            Self::Jws(jws) => {
                let claims = match jws.payload {
                    JwsPayload::Claims(claims) => claims,
                    JwsPayload::Message(_) => &[],
                };
                let mut members = jws.protected.iter().chain(claims);
                members.any(|(_, claim)| claim.value() == Some(wanted))
            }
            Self::Http(http) => match http.profile {
                HttpProfile::Cavage10(_) => http.key_value() == wanted,
                HttpProfile::Rfc9421(_, parameters) => parameters.iter().any(|one| http.value(*one) == Some(wanted)),
            },
            Self::OAuth1(_) => {
                matches!(
                    wanted,
                    SignedValue::ClientId | SignedValue::Timestamp | SignedValue::Nonce
                )
            }
        }
    }

    /// Returns `true` for the encoded signature of a message.
    pub fn is_message(&self) -> bool {
        matches!(self, Self::Message)
    }

    /// Lists the headers that this form writes besides the signature.
    pub fn headers(&self) -> impl Iterator<Item = &'static str> + use<> {
        let all = self.http().map_or([None; 3], |http| {
            let input = matches!(http.profile, HttpProfile::Rfc9421(..)).then_some(HttpProfile::INPUT);
            [http.digest.map(|(name, _)| name), http.certificate_header, input]
        });
        all.into_iter().flatten()
    }

    /// Returns the form of a signature of an HTTP message.
    pub fn http(&self) -> Option<&HttpForm> {
        match self {
            Self::Http(http) => Some(http),
            Self::Message | Self::Jws(_) | Self::OAuth1(_) => None,
        }
    }
}

/// A JSON Web Signature (RFC 7515) in its compact form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub struct Jws {
    /// Members of the protected header after `alg`.
    pub protected: &'static [(&'static str, Claim)],
    /// Signed content.
    pub payload: JwsPayload,
    /// The payload is not sent (RFC 7515, appendix F).
    pub detached: bool,
}

/// Content of a JSON Web Signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum JwsPayload {
    /// An object of JSON, such as the claims of a JSON Web Token (RFC 7519).
    Claims(&'static [(&'static str, Claim)]),
    /// Bytes.
    Message(&'static [Piece]),
}

/// Value of a member of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum Claim {
    /// A text.
    Text(&'static [Piece]),
    /// A number.
    Number(&'static [Piece]),
    /// Fixed texts.
    List(&'static [&'static str]),
}

impl Claim {
    /// Returns the pieces of its value; none of fixed texts.
    pub fn pieces(self) -> &'static [Piece] {
        match self {
            Self::Text(pieces) | Self::Number(pieces) => pieces,
            Self::List(_) => &[],
        }
    }

    /// Returns the value that the member contains without a change.
    pub fn value(self) -> Option<SignedValue> {
        match self.pieces() {
            [Piece::Value(value, [])] => Some(*value),
            _ => None,
        }
    }
}

/// A signature of an HTTP message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub struct HttpForm {
    /// The standard.
    pub profile: HttpProfile,
    /// Components that each signature covers.
    pub covered: &'static [&'static str],
    /// Headers that a signature covers if the request has them.
    pub if_sent: &'static [&'static str],
    /// Header with the digest of the body, and its hash.
    pub digest: Option<(&'static str, Filter)>,
    /// Id of the key.
    pub key_id: &'static [Piece],
    /// Header with the certificate of the key (DER in base64).
    pub certificate_header: Option<&'static str>,
}

impl HttpForm {
    /// Returns the value that the id of the key is.
    pub fn key_value(&self) -> SignedValue {
        match self.key_id {
            [Piece::Value(SignedValue::ClientId, [])] => SignedValue::ClientId,
            _ => SignedValue::KeyId,
        }
    }

    /// Returns the value of a parameter of the signature; `None` for the algorithm.
    pub fn value(&self, parameter: HttpParameter) -> Option<SignedValue> {
        Some(match parameter {
            HttpParameter::Created => SignedValue::Timestamp,
            HttpParameter::Expires => SignedValue::Expires,
            HttpParameter::Nonce => SignedValue::Nonce,
            HttpParameter::Keyid => self.key_value(),
            HttpParameter::Alg => return None,
        })
    }
}

/// A standard of signatures of HTTP messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum HttpProfile {
    /// draft-cavage-http-signatures-10, with the API's names of algorithms.
    Cavage10(&'static [(SignatureAlgorithm, &'static str)]),
    /// RFC 9421, with the label of the signature and its parameters.
    Rfc9421(&'static str, &'static [HttpParameter]),
}

impl HttpProfile {
    /// Header of the covered components (RFC 9421, section 4.1).
    pub const INPUT: &'static str = "signature-input";
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

/// OAuth 1.0a.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub struct OAuth1Form {
    /// Names of the algorithms.
    pub methods: &'static [(SignatureAlgorithm, &'static str)],
    /// The signature covers the hash of the body.
    pub body_hash: bool,
    /// The values of the parameters are percent-encoded, as RFC 5849 demands.
    pub encode_values: bool,
}

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
