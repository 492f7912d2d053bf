//! Signatures of requests (`x-signing`) and deliveries (`x-webhooks`): one description for both.

use super::pointer::Pointer;

/// A piece of a signed message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Written as it is.
    Text(String),
    /// A value, after these changes in order.
    Value(SignedValue, Vec<Filter>),
}

/// A value of a signed message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum SignedValue {
    Method,
    Target,
    Path,
    Query,
    Body,
    Timestamp,
    Nonce,
    IdempotencyKey,
    ClientId,
    /// A header of the delivery.
    Header(String),
    /// A setting of the verifier, by its name.
    Setting(String),
    /// A member of each item of the body.
    Item(Pointer),
}

/// A change of a value of a signed message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Filter {
    Sha256,
    Sha512,
    Hex,
    Base64,
    Base64Url,
}

/// A component of a base string, in `components`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Component {
    Method,
    Target,
    BodySha256Hex,
    BodySha256Base64,
    Timestamp,
    Nonce,
    IdempotencyKey,
    ClientId,
}

/// Algorithm of a MAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Algorithm {
    HmacSha256,
    HmacSha512,
}

/// Encoding of a MAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum MacEncoding {
    Hex,
    HexAnyCase,
    Base64,
    Base64Url,
}

/// Decoding of a secret's text to key bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum SecretEncoding {
    Utf8,
    Hex,
    Base64,
}

/// Form of a secret's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretForm {
    /// Decoding of the text without its prefix.
    pub encoding: SecretEncoding,
    /// Text before the encoded bytes; a secret may lack it.
    pub prefix: String,
}

/// Format of a signed instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum TimestampFormat {
    Rfc3339,
    UnixSeconds,
    UnixMillis,
}

/// `x-signing`.
#[derive(Debug, Clone, PartialEq)]
pub struct Signing {
    /// Header of the signature: the scheme's `name`.
    pub signature_header: String,
    /// Algorithm of the MAC.
    pub algorithm: Algorithm,
    /// Encoding of the MAC.
    pub encoding: MacEncoding,
    /// Form of the secret.
    pub secret: SecretForm,
    /// Signed message.
    pub message: Vec<Piece>,
    /// Header of the client id; `None`: not sent.
    pub client_id_header: Option<String>,
    /// Header of the timestamp.
    pub timestamp_header: Option<String>,
    /// Header of the nonce.
    pub nonce_header: Option<String>,
    /// Format of the timestamp.
    pub timestamp: TimestampFormat,
    /// Length of a nonce in characters: minimum, maximum.
    pub nonce_length: (u32, u32),
    /// Allowed difference of clocks in seconds, in both directions.
    pub freshness: u32,
    /// Problem code of an unknown or forbidden client.
    pub client_problem: Option<String>,
    /// Problem code of an invalid signature.
    pub signature_problem: Option<String>,
    /// Problem code of an expired timestamp.
    pub expired_problem: Option<String>,
    /// Problem code of a replayed nonce.
    pub replayed_problem: Option<String>,
}

/// Signature of deliveries.
#[derive(Debug, Clone, PartialEq)]
pub struct WebhookSigning {
    /// Algorithm of the MAC.
    pub algorithm: Algorithm,
    /// Encoding of the MAC.
    pub encoding: MacEncoding,
    /// Form of the secret.
    pub secret: SecretForm,
    /// Signed message.
    pub message: Vec<Piece>,
    /// Location of the signature.
    pub signature: SignatureLocation,
    /// Location of the signed instant.
    pub timestamp_at: Option<ValueLocation>,
    /// Location of the signed nonce.
    pub nonce_at: Option<ValueLocation>,
    /// Format of the instant.
    pub timestamp: TimestampFormat,
    /// Allowed age of a delivery in seconds; `None`: any.
    pub past: Option<u32>,
    /// Allowed lead of a delivery over the clock in seconds; `None`: any.
    pub future: Option<u32>,
    /// Values of the message that a delivery does not contain.
    pub settings: Vec<WebhookSetting>,
}

/// Location of the signature of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignatureLocation {
    /// A header with nothing else.
    Header(String),
    /// A header with several items; several of them may be signatures.
    List {
        /// The header.
        header: String,
        /// Character between items.
        separator: char,
        /// Character between the name and the value of an item.
        pair: char,
        /// Name of the items that are signatures; `None`: items have no names.
        name: Option<String>,
    },
    /// A member of each signed item of the body.
    Items {
        /// The items; `*` is any index of an array.
        each: Pointer,
        /// The signature in an item.
        signature: Pointer,
    },
}

/// Location of a signed value of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueLocation {
    /// A header.
    Header(String),
    /// An item of the header of the signature, by its name.
    Pair(String),
}

/// A value of a signed message that the user of a verifier gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookSetting {
    /// Name in the contract.
    pub name: String,
    /// Its documentation.
    pub description: Option<String>,
    /// Environment variable.
    pub environment: Option<String>,
}

impl WebhookSigning {
    /// Returns the headers that verification reads.
    pub fn headers(&self) -> Vec<&str> {
        let signature = match &self.signature {
            SignatureLocation::Header(header) | SignatureLocation::List { header, .. } => Some(header.as_str()),
            SignatureLocation::Items { .. } => None,
        };
        let values = [&self.timestamp_at, &self.nonce_at].into_iter().flatten();
        let values = values.filter_map(|at| match at {
            ValueLocation::Header(name) => Some(name.as_str()),
            ValueLocation::Pair(_) => None,
        });
        let signed = self.message.iter().filter_map(|piece| match piece {
            Piece::Value(SignedValue::Header(name), _) => Some(name.as_str()),
            _ => None,
        });
        signature.into_iter().chain(values).chain(signed).collect()
    }
}

impl Piece {
    /// Returns true for this value, whatever its filters.
    pub fn is(&self, value: &SignedValue) -> bool {
        matches!(self, Self::Value(own, _) if own == value)
    }
}
