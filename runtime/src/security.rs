//! How a caller shows who it is: the schemes of a contract and the credentials of a client come in, what is written on a
//! request goes out.
//!
//! A secret is written to the one place that its scheme names, and never prints. Which of several ways is taken depends on
//! what the client was given and on nothing else.

mod choice;
mod credential;
mod grant;
pub(crate) mod kept;
mod token;

pub(crate) use choice::{Choice, Given, Wanted, choose};
pub use credential::{Credential, CredentialError};
pub(crate) use credential::{Credentials, Source};
pub(crate) use grant::{Grant, grant};
pub use kept::Security;
pub use token::{Asking, Token, TokenProvider, TokenRequest};

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

#[cfg(test)]
mod tests;
