//! Tokens: one that stays the same, or somebody who is asked for one.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::secret::Secret;
use crate::transport::Cause;

/// What a token is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenRequest {
    /// Name of the security scheme.
    pub scheme: &'static str,
    /// The scopes that the operation needs.
    pub scopes: Vec<String>,
}

/// What [`TokenProvider::token`] gives.
pub type Asking<'p> = Pin<Box<dyn Future<Output = Result<Secret, Cause>> + Send + 'p>>;

/// Gives tokens that are fetched and renewed.
///
/// It is asked for every attempt of every call: it keeps a token as long as that is valid, and fetches a new one in time.
/// A failure ends the call before anything was sent; its text is shown, so no secret may stand in it.
///
/// A function without arguments that returns a future of a token is a provider, too.
pub trait TokenProvider: Send + Sync + 'static {
    /// A token that is valid now.
    fn token<'p>(&'p self, request: &'p TokenRequest) -> Asking<'p>;

    /// The API answered 401 to the token that was given last: keep it no longer.
    fn rejected(&self, request: &TokenRequest) {
        let _ = request;
    }
}

impl<F, R> TokenProvider for F
where
    F: Fn() -> R + Send + Sync + 'static,
    R: Future<Output = Result<Secret, Cause>> + Send + 'static,
{
    fn token<'p>(&'p self, _: &'p TokenRequest) -> Asking<'p> {
        Box::pin(self())
    }
}

/// A token: the same one always, or from a provider.
#[derive(Clone)]
pub struct Token(pub(super) Kept);

#[derive(Clone)]
pub(super) enum Kept {
    Fixed(Secret),
    Provided(Arc<dyn TokenProvider>),
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token([REDACTED])")
    }
}

impl From<&str> for Token {
    fn from(text: &str) -> Self {
        Secret::from(text).into()
    }
}

impl From<String> for Token {
    fn from(text: String) -> Self {
        Secret::from(text).into()
    }
}

impl From<Secret> for Token {
    fn from(secret: Secret) -> Self {
        Self(Kept::Fixed(secret))
    }
}

impl<P: TokenProvider> From<P> for Token {
    fn from(provider: P) -> Self {
        Self(Kept::Provided(Arc::new(provider)))
    }
}
