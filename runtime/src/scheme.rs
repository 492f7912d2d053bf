//! The security schemes of an API, and the ones that an operation asks for: plain data. No credential is among them.

/// A security scheme of an API.
#[derive(Debug, PartialEq, Eq)]
pub struct Scheme {
    /// Its name in the contract.
    pub name: &'static str,
    /// What it writes, and where.
    pub kind: SchemeKind,
    /// The function that makes its credential; nothing where it takes none.
    pub setter: Option<&'static str>,
}

/// What a scheme writes, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemeKind {
    /// A signature with the client secret (`x-signing`).
    Signing,
    /// A key in the header of that name.
    HeaderKey(&'static str),
    /// A key in the query, under that name.
    QueryKey(&'static str),
    /// A key in the cookie of that name.
    CookieKey(&'static str),
    /// User and password (RFC 7617).
    Basic,
    /// A bearer token (RFC 6750): of the scheme itself, of OAuth 2 or of OpenID Connect.
    Token,
    /// Another scheme of `Authorization`, whose value the caller computes.
    Authorization(&'static str),
    /// The transport shows it: a client certificate.
    Transport,
}

/// A scheme that an operation wants, by name, with the scopes it needs.
pub type SchemeUse = (&'static str, &'static [&'static str]);

/// What an operation wants: one of these sets of schemes. No set, and an empty set: nothing.
pub type Alternatives = &'static [&'static [SchemeUse]];

/// Alternatives; each is schemes by name, with scopes.
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
