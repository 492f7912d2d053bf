//! Signatures of requests (`x-signing`), and what deliveries share with them.

use super::pointer::Pointer;
use sdkwright_description::{
    Filter, HttpParameter, MacEncoding, NonceFormat, SecretForm, SignatureAlgorithm, SignaturePlace, TimestampFormat,
};

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
    /// Host and port of the URL.
    Host,
    Body,
    Timestamp,
    Nonce,
    IdempotencyKey,
    ClientId,
    /// Id of the key that signs.
    KeyId,
    /// The timestamp plus the lifetime of the signature.
    Expires,
    /// Serial number of the key's certificate.
    CertificateSerial,
    /// Issuer of the key's certificate.
    CertificateIssuer,
    /// A header of the delivery.
    Header(String),
    /// A setting of the verifier or of the client, by its name.
    Setting(String),
    /// A member of each item of the body.
    Item(Pointer),
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

/// A MAC with its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MacRules {
    /// Encoding of the MAC.
    pub encoding: MacEncoding,
    /// Algorithm, and form of the secret.
    pub secret: SecretForm,
}

/// Algorithms of key pairs, of which the key decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPairRules {
    /// Algorithms in the order in which the client prefers them.
    pub algorithms: Vec<SignatureAlgorithm>,
    /// Encoding of the signature.
    pub encoding: MacEncoding,
}

/// Keys, message and times, which signatures of requests and of deliveries have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureRules {
    /// MAC with a shared secret; of this and `key_pair`, at least one is there.
    pub mac: Option<MacRules>,
    /// Algorithms of key pairs.
    pub key_pair: Option<KeyPairRules>,
    /// Signed message; empty for another form.
    pub message: Vec<Piece>,
    /// Format of the signed instant.
    pub timestamp: TimestampFormat,
    /// Values that the user of a client or of a verifier gives.
    pub settings: Vec<SettingValue>,
}

impl SignatureRules {
    /// Returns the algorithms, the MAC first.
    pub fn algorithms(&self) -> Vec<SignatureAlgorithm> {
        let mac = self.mac.iter().map(|mac| mac.secret.algorithm.into());
        let pairs = self.key_pair.iter().flat_map(|pair| pair.algorithms.iter().copied());
        mac.chain(pairs).collect()
    }
}

/// Form of a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignatureForm {
    /// The encoded signature of the message.
    Message,
    /// A JSON Web Signature.
    Jws(Jws),
    /// A signature of an HTTP message.
    Http(HttpForm),
    /// OAuth 1.0a (RFC 5849).
    OAuth1(OAuth1Form),
}

/// A signature of an HTTP message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpForm {
    /// The standard.
    pub profile: HttpProfile,
    /// Components that each signature covers.
    pub covered: Vec<String>,
    /// Headers that a signature covers if the request has them.
    pub if_sent: Vec<String>,
    /// Header with the digest of the body, and its hash.
    pub digest: Option<(String, Filter)>,
    /// Id of the key.
    pub key_id: Vec<Piece>,
    /// Header with the certificate of the key.
    pub certificate_header: Option<String>,
}

/// A standard of signatures of HTTP messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HttpProfile {
    /// draft-cavage-http-signatures-10, with names of algorithms.
    Cavage10(Vec<(SignatureAlgorithm, String)>),
    /// RFC 9421, with the label of the signature and its parameters.
    Rfc9421(String, Vec<HttpParameter>),
}

/// OAuth 1.0a.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuth1Form {
    /// Names of the algorithms.
    pub methods: Vec<(SignatureAlgorithm, String)>,
    /// The signature covers the hash of the body.
    pub body_hash: bool,
    /// Values are percent-encoded, as RFC 5849 demands.
    pub encode_values: bool,
}

impl SignatureForm {
    /// Returns the templates of all values outside of the message.
    pub fn pieces(&self) -> impl Iterator<Item = &Piece> {
        let (jws, http) = match self {
            Self::Jws(jws) => (Some(jws), None),
            Self::Http(http) => (None, Some(http)),
            Self::Message | Self::OAuth1(_) => (None, None),
        };
        jws.into_iter()
            .flat_map(Jws::pieces)
            .chain(http.into_iter().flat_map(|http| &http.key_id))
    }
}

/// A JSON Web Signature (RFC 7515).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jws {
    /// Members of the protected header after `alg`.
    pub protected: Vec<(String, Claim)>,
    /// Signed content.
    pub payload: JwsPayload,
    /// The payload is not sent (RFC 7515, appendix F).
    pub detached: bool,
}

/// Content of a JSON Web Signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JwsPayload {
    /// An object of JSON, such as the claims of a JSON Web Token (RFC 7519).
    Claims(Vec<(String, Claim)>),
    /// Bytes.
    Message(Vec<Piece>),
}

/// Value of a member of JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// A text.
    Text(Vec<Piece>),
    /// A number.
    Number(Vec<Piece>),
    /// Fixed texts.
    List(Vec<String>),
}

impl Claim {
    /// Returns the template of its value; nothing for fixed texts.
    pub fn pieces(&self) -> &[Piece] {
        match self {
            Self::Text(pieces) | Self::Number(pieces) => pieces,
            Self::List(_) => &[],
        }
    }
}

impl Jws {
    /// Returns all templates of header and payload.
    pub fn pieces(&self) -> impl Iterator<Item = &Piece> {
        let (claims, message) = match &self.payload {
            JwsPayload::Claims(claims) => (&claims[..], &[][..]),
            JwsPayload::Message(message) => (&[][..], &message[..]),
        };
        let claims = self.protected.iter().chain(claims);
        let of_claims = claims.flat_map(|(_, claim)| claim.pieces());
        of_claims.chain(message)
    }
}

impl Signing {
    /// Returns the pieces of all signed texts.
    pub fn pieces(&self) -> impl Iterator<Item = &Piece> {
        self.rules.message.iter().chain(self.form.pieces())
    }
}

/// `x-signing`.
#[derive(Debug, Clone, PartialEq)]
pub struct Signing {
    /// Place of the signature, from the scheme.
    pub signature: SignaturePlace,
    /// Keys and signed message.
    pub rules: SignatureRules,
    /// Form of the signature.
    pub form: SignatureForm,
    /// Seconds from the timestamp to the end of the signature.
    pub lifetime: Option<u32>,
    /// Form of a nonce.
    pub nonce_format: NonceFormat,
    /// Header of the client id; `None`: not sent.
    pub client_id_header: Option<String>,
    /// Header of the timestamp.
    pub timestamp_header: Option<String>,
    /// Header of the nonce.
    pub nonce_header: Option<String>,
    /// Parameters that signing adds to the query, in their order.
    pub query: Vec<(String, SignedValue)>,
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

/// A value of a signature that the user of a verifier or of a client gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingValue {
    /// Name in the contract.
    pub name: String,
    /// Its documentation.
    pub description: Option<String>,
    /// Environment variable.
    pub environment: Option<String>,
    /// Parameter of the query that contains it. A client may leave such a setting out.
    pub query: Option<String>,
}

impl Piece {
    /// Returns true for this value, whatever its filters.
    pub fn is(&self, value: &SignedValue) -> bool {
        matches!(self, Self::Value(own, _) if own == value)
    }
}
