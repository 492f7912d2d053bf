//! Token endpoints of credentials.

/// Token endpoint of client credentials: `flows.clientCredentials` and `x-token`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenEndpoint {
    /// URL, or a path at the origin of the base URL; the caller must replace a text that is neither.
    pub url: String,
    /// How the client authenticates.
    pub authentication: ClientAuthentication,
    /// Value of `grant_type`.
    pub grant: String,
    /// Value of `audience`.
    pub audience: Option<String>,
    /// Other members of the form.
    pub extra: Vec<(String, String)>,
}

/// The way in which a client authenticates at a token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// Id and secret in `Authorization`.
    Basic,
    /// Id and secret in the form.
    Post,
    /// A client certificate, with the id in the form.
    Tls,
}
