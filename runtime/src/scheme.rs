//! Security schemes of an API, and the requirements of its operations: plain data. No credential may be stored here.

/// A security scheme of an API.
#[derive(Debug, PartialEq, Eq)]
pub struct Scheme {
    /// Name in the contract.
    pub name: &'static str,
    /// Kind of the credential, with its place in the request.
    pub kind: SchemeKind,
    /// The builder method that sets its credential; `None` if it takes none.
    pub setter: Option<&'static str>,
}

/// The kind of a credential, with its place in the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemeKind {
    /// A signature with the client secret (`x-signing`).
    Signing,
    /// A key in this header.
    HeaderKey(&'static str),
    /// A key in the query, under this name.
    QueryKey(&'static str),
    /// A key in this cookie.
    CookieKey(&'static str),
    /// User and password (RFC 7617).
    Basic,
    /// A bearer token (RFC 6750), given directly, by OAuth 2 or by OpenID Connect.
    Token,
    /// Another scheme of `Authorization`, with a value that the caller computes.
    Authorization(&'static str),
    /// A credential of the transport: a client certificate.
    Transport,
}

/// A required scheme: name and required scopes.
pub type SchemeUse = (&'static str, &'static [&'static str]);

/// Requirements of an operation: one of these sets of schemes. No set, and an empty set, require nothing.
pub type Alternatives = &'static [&'static [SchemeUse]];

/// Alternative sets of schemes; each scheme by name, with its scopes.
pub type Security = Vec<Vec<(String, Vec<String>)>>;

pub(crate) fn written(alternatives: Alternatives) -> Security {
    let texts = |scopes: &[&str]| scopes.iter().map(|scope| (*scope).to_owned()).collect();
    alternatives
        .iter()
        .map(|uses| {
            uses.iter()
                .map(|(name, scopes)| ((*name).to_owned(), texts(scopes)))
                .collect()
        })
        .collect()
}
