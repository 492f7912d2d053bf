//! Signatures of requests (`x-signing`) and of deliveries (`x-webhooks.signing`), and token endpoints of credentials.

use sdkwright_description::{SignatureAlgorithm, SignatureRules};

use super::node::Pointer;

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

/// A signature of requests or of deliveries.
#[derive(Debug, Clone, PartialEq)]
pub struct Signing {
    /// Keys, signed values, places and freshness.
    pub rules: SignatureRules,
    /// Documentation of the settings, in their order.
    pub setting_docs: Vec<Option<String>>,
    /// Source of the public keys of deliveries; `None`: the user gives them to the verifier.
    pub key_source: Option<DeliveryKeySource>,
}

impl Signing {
    /// Returns the headers that the verification of a delivery reads.
    pub fn headers(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self.rules.headers().collect();
        if let Some(DeliveryKeySource::Certificate { header, .. }) = &self.key_source {
            all.insert(all.len().min(1), header);
        }
        all
    }
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

/// Token endpoint of client credentials: `flows.clientCredentials` and `x-token`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenSource {
    /// URL, or a path at the origin of the base URL; the caller must replace a text that is neither.
    pub url: String,
    /// How the client authenticates.
    pub authentication: ClientProof,
    /// The signed assertion of `private_key_jwt`.
    pub assertion: Option<ClientAssertion>,
    /// Value of `grant_type`.
    pub grant: String,
    /// Value of `audience`.
    pub audience: Option<String>,
    /// Other members of the form.
    pub extra: Vec<(String, String)>,
}

/// The way in which a client authenticates at a token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientProof {
    /// Id and secret in `Authorization`.
    Basic,
    /// Id and secret in the form.
    Post,
    /// A client certificate, with the id in the form.
    Tls,
    /// An assertion that a private key signs (RFC 7523).
    PrivateKeyJwt,
}

/// The assertion by which a client authenticates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientAssertion {
    /// Accepted algorithms, the preferred one first.
    pub algorithms: Vec<SignatureAlgorithm>,
    /// Value of `aud`, in place of the URL of the endpoint.
    pub audience: Option<String>,
}
