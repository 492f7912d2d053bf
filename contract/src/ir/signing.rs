//! Signatures of requests (`x-signing`), and what deliveries share with them.

use sdkwright_description::{
    MacEncoding, NonceFormat, Piece, SecretForm, SignatureAlgorithm, SignatureForm, SignaturePlace, SignedValue,
    TimestampFormat,
};

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
    pub message: &'static [Piece],
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

impl RequestSigning {
    /// Returns the pieces of all signed texts.
    pub fn pieces(&self) -> impl Iterator<Item = &'static Piece> {
        self.rules.message.iter().chain(self.form.pieces())
    }
}

/// `x-signing`.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestSigning {
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
    pub query: Vec<(&'static str, SignedValue)>,
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
