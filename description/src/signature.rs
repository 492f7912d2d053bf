//! Signatures of requests and deliveries (`x-signing`, `x-webhooks.signing`).

use crate::algorithm::{Algorithm, MacEncoding, SignatureAlgorithm};
use crate::form::{Piece, SignatureForm, SignedValue};
use std::time::Duration;

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

/// Form and length of a nonce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub struct NonceRules {
    /// Form.
    pub format: NonceFormat,
    /// Least and greatest length in characters.
    pub length: (u32, u32),
}

impl NonceRules {
    /// The rules of a contract that states none.
    pub const USUAL: Self = Self {
        format: NonceFormat::Text,
        length: (16, 128),
    };
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

/// Location of the id of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum EventId {
    /// A member of the body, by a JSON Pointer.
    Body(&'static str),
    /// A signed header.
    Header(&'static str),
}

/// Place of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum SignaturePlace {
    /// A header with nothing else.
    Header(&'static str),
    /// `Authorization`, after `Bearer` and a blank (RFC 6750).
    Bearer,
    /// The last parameter of the query.
    Query(&'static str),
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
        /// Name of the items that are signatures of public keys, if items have names.
        key_name: Option<&'static str>,
    },
    /// A member of each signed item of the body, by JSON Pointers.
    Items {
        /// The items; `*` is any index of an array.
        each: &'static str,
        /// The signature in an item.
        signature: &'static str,
    },
}

impl SignaturePlace {
    /// Returns the header, if the signature is in one.
    pub fn header(self) -> Option<&'static str> {
        match self {
            Self::Header(name) | Self::List { header: name, .. } => Some(name),
            Self::Bearer => Some("Authorization"),
            Self::Query(_) | Self::Items { .. } => None,
        }
    }
}

/// A value that a request or a delivery contains for its signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub struct PlacedValue {
    /// The value.
    pub value: SignedValue,
    /// Its place.
    pub place: ValuePlace,
}

/// Place of a value of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum ValuePlace {
    /// A header.
    Header(&'static str),
    /// A parameter of the query, before a signature in the query.
    Query(&'static str),
    /// An item of the header of the signature, by its name.
    Pair(&'static str),
}

impl ValuePlace {
    /// Returns the header, if the value has its own.
    pub fn header(self) -> Option<&'static str> {
        match self {
            Self::Header(name) => Some(name),
            Self::Query(_) | Self::Pair(_) => None,
        }
    }
}

/// Allowed distance between a signed instant and the clock of the receiver, in seconds; `None`: any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub struct Freshness {
    /// Largest age.
    pub past: Option<u32>,
    /// Largest lead over the clock.
    pub future: Option<u32>,
}

impl Freshness {
    /// Any distance.
    pub const ANY: Self = Self {
        past: None,
        future: None,
    };

    /// Returns the same distance each way.
    pub const fn each_way(seconds: u32) -> Self {
        Self {
            past: Some(seconds),
            future: Some(seconds),
        }
    }

    /// Returns the largest age, if there is one.
    pub fn age(self) -> Option<Duration> {
        self.past.map(|seconds| Duration::from_secs(seconds.into()))
    }
}

/// Algorithms of key pairs, of which the key decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub struct KeyPairRules {
    /// Accepted algorithms, the preferred one first.
    pub algorithms: &'static [SignatureAlgorithm],
    /// Encoding of a signature of a message.
    pub encoding: MacEncoding,
    /// Text before the base64 of a public key of Ed25519; empty: keys are in PEM.
    pub prefix: &'static str,
}

/// A value of a signature that the user of a client or of a verifier gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub struct SigningSetting {
    /// Name in the contract.
    pub name: &'static str,
    /// Environment variable.
    pub environment: Option<&'static str>,
    /// `false` if a client may leave it out.
    pub required: bool,
}

/// Rules for a signature of requests (`x-signing`) or of deliveries (`x-webhooks.signing`): keys, signed values, places and freshness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub struct SignatureRules {
    /// Place of the signature.
    pub signature: SignaturePlace,
    /// Encoding of a MAC.
    pub encoding: MacEncoding,
    /// Form of the shared secret; `None` if only key pairs sign.
    pub secret: Option<SecretForm>,
    /// Signatures by key pairs, if there are some.
    pub key_pair: Option<KeyPairRules>,
    /// Form of the signature.
    #[cfg_attr(feature = "serialize", serde(skip_serializing_if = "SignatureForm::is_message"))]
    pub form: SignatureForm,
    /// Signed message; empty for another form.
    pub message: &'static [Piece],
    /// Values next to the signature, in their order.
    pub values: &'static [PlacedValue],
    /// Values that a user gives.
    pub settings: &'static [SigningSetting],
    /// Format of the instant.
    pub timestamp: TimestampFormat,
    /// Allowed age of the instant.
    pub freshness: Freshness,
    /// Nonces that a client writes; `None`: the usual ones.
    #[cfg_attr(feature = "serialize", serde(skip_serializing_if = "Option::is_none"))]
    pub nonce: Option<NonceRules>,
    /// Seconds from the instant to the end of a signature, if it has one.
    #[cfg_attr(feature = "serialize", serde(skip_serializing_if = "Option::is_none"))]
    pub lifetime: Option<u32>,
    /// Problem code of a client that is not known or may not call.
    #[cfg_attr(feature = "serialize", serde(skip_serializing_if = "Option::is_none"))]
    pub client_problem: Option<&'static str>,
    /// Problem code of a wrong signature.
    #[cfg_attr(feature = "serialize", serde(skip_serializing_if = "Option::is_none"))]
    pub signature_problem: Option<&'static str>,
    /// Problem code of an instant outside of `freshness`.
    #[cfg_attr(feature = "serialize", serde(skip_serializing_if = "Option::is_none"))]
    pub expired_problem: Option<&'static str>,
    /// Problem code of a repeated nonce.
    #[cfg_attr(feature = "serialize", serde(skip_serializing_if = "Option::is_none"))]
    pub replayed_problem: Option<&'static str>,
}

impl SignatureRules {
    /// Rules of an HMAC-SHA256 in lower-case hexadecimal over nothing, of any age. A description replaces its fields.
    pub const NONE: Self = Self {
        signature: SignaturePlace::Header(""),
        encoding: MacEncoding::Hex,
        secret: Some(SecretForm {
            algorithm: Algorithm::HmacSha256,
            encoding: SecretEncoding::Utf8,
            prefix: "",
        }),
        key_pair: None,
        form: SignatureForm::Message,
        message: &[],
        values: &[],
        settings: &[],
        timestamp: TimestampFormat::Rfc3339,
        freshness: Freshness::ANY,
        nonce: None,
        lifetime: None,
        client_problem: None,
        signature_problem: None,
        expired_problem: None,
        replayed_problem: None,
    };

    /// Returns the algorithms, the MAC first.
    pub fn algorithms(&self) -> impl Iterator<Item = SignatureAlgorithm> + use<> {
        let mac = self.secret.map(|secret| secret.algorithm.into());
        mac.into_iter().chain(self.key_algorithms().iter().copied())
    }

    /// Returns the algorithms of key pairs.
    pub fn key_algorithms(&self) -> &'static [SignatureAlgorithm] {
        self.key_pair.map_or(&[], |pair| pair.algorithms)
    }

    /// Returns the places of a value.
    pub fn places(&self, wanted: SignedValue) -> impl Iterator<Item = ValuePlace> + use<> {
        let values = self.values.iter().filter(move |placed| placed.value == wanted);
        values.map(|placed| placed.place)
    }

    /// Returns `true` if a receiver finds the value in the request: at a place, or as a member of the form.
    pub fn is_placed(&self, wanted: SignedValue) -> bool {
        self.places(wanted).next().is_some() || self.form.contains(wanted)
    }

    /// Returns the header of a value, if it has its own.
    pub fn header_of(&self, wanted: SignedValue) -> Option<&'static str> {
        self.places(wanted).find_map(ValuePlace::header)
    }

    /// Lists the parameters of the query, without the signature.
    pub fn query(&self) -> impl Iterator<Item = (&'static str, SignedValue)> + use<> {
        self.values.iter().filter_map(|placed| match placed.place {
            ValuePlace::Query(name) => Some((name, placed.value)),
            ValuePlace::Header(_) | ValuePlace::Pair(_) => None,
        })
    }

    /// Lists the headers that the signature writes or reads.
    pub fn headers(&self) -> impl Iterator<Item = &'static str> + use<> {
        let values = self.values.iter().filter_map(|placed| placed.place.header());
        let signed = self.message.iter().filter_map(|piece| match piece {
            Piece::Value(SignedValue::Header(name), _) => Some(*name),
            _ => None,
        });
        let own = self.signature.header().into_iter().chain(self.form.headers());
        own.chain(values).chain(signed)
    }

    /// Returns `true` if a header, a parameter or a signed text contains the client id.
    pub fn has_client_id(&self) -> bool {
        let is_consumer = matches!(self.form, SignatureForm::OAuth1(_));
        is_consumer || self.sends(SignedValue::ClientId)
    }

    /// Returns `true` if a header, a parameter or a signed text contains the value.
    pub fn sends(&self, wanted: SignedValue) -> bool {
        self.places(wanted).next().is_some() || self.covers(wanted)
    }

    /// Returns `true` if the message contains more of the body than its SHA-256.
    pub fn covers_raw_body(&self) -> bool {
        let has_digest = self.form.http().is_some_and(|http| http.digest.is_some());
        has_digest || self.pieces().any(|piece| piece.is_raw_body())
    }

    /// Returns the pieces of all signed texts.
    pub fn pieces(&self) -> impl Iterator<Item = &'static Piece> + use<> {
        self.message.iter().chain(self.form.pieces())
    }

    /// Returns `true` if a signed text contains the value.
    pub fn covers(&self, wanted: SignedValue) -> bool {
        self.pieces().any(|piece| piece.is(wanted))
    }
}
