//! Signatures of deliveries (`x-webhooks.signing`).

use super::pointer::Pointer;
use super::signing::SignatureRules;
use sdkwright_description::{MacEncoding, Piece, SignatureLocation, SignedValue, ValueLocation};

/// Signature of deliveries.
#[derive(Debug, Clone, PartialEq)]
pub struct WebhookSigning {
    /// Keys and signed message.
    pub rules: SignatureRules,
    /// Text before the base64 of a public key of Ed25519; empty: keys are in PEM.
    pub key_prefix: String,
    /// Name of the signatures of public keys in a list of items with names.
    pub key_name: Option<String>,
    /// Source of the public keys; `None`: the user gives them to the verifier.
    pub key_source: Option<DeliveryKeySource>,
    /// Location of the signature.
    pub signature: SignatureLocation,
    /// Location of the signed instant.
    pub timestamp_at: Option<ValueLocation>,
    /// Location of the signed nonce.
    pub nonce_at: Option<ValueLocation>,
    /// Allowed age of a delivery in seconds; `None`: any.
    pub past: Option<u32>,
    /// Allowed lead of a delivery over the clock in seconds; `None`: any.
    pub future: Option<u32>,
}

/// Source of public keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryKeySource {
    /// URL of JSON Web Keys.
    Jwks(String),
    /// A header of the delivery contains the URL of a certificate.
    Certificate {
        /// The header.
        header: String,
        /// Hosts of certificates, with the names below them.
        hosts: Vec<String>,
    },
    /// An operation of the API returns one key.
    Operation(DeliveryKeyOperation),
}

/// An operation that returns a JSON Web Key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryKeyOperation {
    /// Id of the operation.
    pub operation: String,
    /// Place of the id of the key in the request.
    pub id: DeliveryKeyInput,
    /// The key in the response.
    pub key: Pointer,
    /// A member of the response that revokes the key, unless it is absent or null.
    pub revoked: Option<Pointer>,
}

/// Place of the id of a key in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryKeyInput {
    /// A parameter of the path or of the query.
    Parameter(String),
    /// A member of the JSON body.
    Body(Pointer),
}

impl WebhookSigning {
    /// Returns the encoding of each signature.
    pub fn encoding(&self) -> MacEncoding {
        let mac = self.rules.mac.as_ref().map(|mac| mac.encoding);
        let pair = self.rules.key_pair.as_ref().map(|pair| pair.encoding);
        mac.or(pair).unwrap_or(MacEncoding::Base64Url)
    }

    /// Returns the headers that verification reads.
    pub fn headers(&self) -> Vec<&str> {
        let values = [&self.timestamp_at, &self.nonce_at].into_iter().flatten();
        let values = values.filter_map(|at| match at {
            ValueLocation::Header(name) => Some(*name),
            ValueLocation::Pair(_) => None,
        });
        let signed = self.rules.message.iter().filter_map(|piece| match piece {
            Piece::Value(SignedValue::Header(name), _) => Some(*name),
            _ => None,
        });
        let certificate = match &self.key_source {
            Some(DeliveryKeySource::Certificate { header, .. }) => Some(header.as_str()),
            _ => None,
        };
        let own = self.signature.header().into_iter().chain(certificate);
        own.chain(values).chain(signed).collect()
    }
}
