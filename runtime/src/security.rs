//! Credentials: the security schemes of a contract and the credentials of a client come in, headers and query parameters of a
//! request go out.
//!
//! A secret may be written only to the place that its scheme names, and never prints. The choice among alternatives depends
//! only on the credentials that the client has. Without the feature `credentials`, a client has none but its signature.

use std::time::Duration;

mod choice;
#[cfg(feature = "credentials")]
mod credential;
#[cfg(feature = "credentials")]
mod grant;
#[cfg(feature = "oauth")]
pub(crate) mod oauth;
#[cfg(not(feature = "credentials"))]
mod signature_alone;

pub use crate::scheme::{Alternatives, Scheme, SchemeKind, SchemeUse, Security};
pub(crate) use choice::{AvailableCredentials, RequiredSchemes, choose};
#[cfg(feature = "credentials")]
pub use credential::{Credential, CredentialError};
#[cfg(feature = "credentials")]
pub(crate) use credential::{Credentials, Source};
#[cfg(feature = "credentials")]
pub use credential::{Token, TokenFuture, TokenProvider, TokenRequest};
#[cfg(feature = "oauth")]
pub(crate) use grant::AccessTokenFuture;
#[cfg(feature = "credentials")]
pub(crate) use grant::{Grant, TokenClient, grant};
#[cfg(feature = "oauth")]
pub use oauth::{ClientAuthentication, TokenEndpoint};
#[cfg(not(feature = "credentials"))]
pub(crate) use signature_alone::{Credentials, Grant, Source, grant};

/// The time for an attempt, and for the rest of its call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TimeLeft {
    pub(crate) attempt: Duration,
    pub(crate) call: Duration,
}

#[cfg(test)]
#[cfg(feature = "credentials")]
mod tests;
