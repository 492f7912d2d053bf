//! How a caller shows who it is: the schemes of a contract and the credentials of a client come in, what is written on a
//! request goes out.
//!
//! A secret is written to the one place that its scheme names, and never prints. Which of several ways is taken depends on
//! what the client was given and on nothing else.

mod choice;
mod credential;
mod grant;
mod token;

pub use crate::scheme::{Alternatives, Scheme, SchemeKind, SchemeUse, Security};
pub(crate) use choice::{Choice, Given, Wanted, choose};
pub use credential::{Credential, CredentialError};
pub(crate) use credential::{Credentials, Source};
pub(crate) use grant::{Grant, grant};
pub use token::{Asking, Token, TokenProvider, TokenRequest};

#[cfg(test)]
mod tests;
