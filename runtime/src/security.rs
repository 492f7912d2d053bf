//! Credentials: the security schemes of a contract and the credentials of a client come in, headers and query parameters of a
//! request go out.
//!
//! A secret may be written only to the place that its scheme names, and never prints. The choice among alternatives depends
//! only on the credentials that the client has.

use std::time::Duration;

mod choice;
mod credential;
mod grant;
pub(crate) mod oauth;

pub use crate::scheme::{Alternatives, Scheme, SchemeKind, SchemeUse, Security};
pub(crate) use choice::{AvailableCredentials, RequiredSchemes, choose};
pub use credential::{Credential, CredentialError, Token, TokenFuture, TokenProvider, TokenRequest};
pub(crate) use credential::{CredentialSource, Credentials};
pub(crate) use grant::{AccessTokenFuture, Grant, TokenClient, grant};
pub use oauth::{ClientAuthentication, TokenEndpoint};

/// The time for an attempt, and for the rest of its call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TimeLeft {
    pub(crate) attempt: Duration,
    pub(crate) call: Duration,
}

#[cfg(test)]
mod tests;
