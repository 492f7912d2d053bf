//! Token endpoints of credentials.

use sdkwright_description::SignatureAlgorithm;

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
