//! Credentials: the security schemes of a contract and the credentials of a client come in, headers and query parameters of a
//! request go out.
//!
//! A secret may be written only to the place that its scheme names, and never prints. The choice among alternatives depends
//! only on the credentials that the client has.

mod choice;
mod credential;
mod grant;
mod token;

pub use crate::scheme::{Alternatives, Scheme, SchemeKind, SchemeUse, Security};
pub(crate) use choice::{Choice, Given, Wanted, choose};
pub use credential::{Credential, CredentialError};
pub(crate) use credential::{Credentials, Source};
pub(crate) use grant::{Grant, grant};
pub use token::{Token, TokenFuture, TokenProvider, TokenRequest};

#[cfg(test)]
mod tests;
