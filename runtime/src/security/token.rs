//! Tokens: a fixed one, or a provider that fetches and renews them. A token must never stand in the text of a failure.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::secret::Secret;
use crate::transport::Cause;

/// The request for a token.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenRequest {
    /// Name of the security scheme.
    pub scheme: &'static str,
    /// Scopes that the operation requires.
    pub scopes: Vec<String>,
}

/// The future of [`TokenProvider::token`].
pub type TokenFuture<'p> = Pin<Box<dyn Future<Output = Result<Secret, Cause>> + Send + 'p>>;

/// Fetches and renews tokens.
///
/// Called for every attempt of every call: it caches a token while that is valid, and fetches a new one in time. A failure ends
/// the call before it is sent; its text is shown, so that it must not contain a secret.
///
/// Implemented by functions without arguments that return a future of a token.
pub trait TokenProvider: Send + Sync + 'static {
    /// Returns a token that is valid now.
    fn token<'p>(&'p self, request: &'p TokenRequest) -> TokenFuture<'p>;

    /// Called when the API answered 401 to the last token: drop it from the cache.
    fn rejected(&self, request: &TokenRequest) {
        let _ = request;
    }
}

impl<F, R> TokenProvider for F
where
    F: Fn() -> R + Send + Sync + 'static,
    R: Future<Output = Result<Secret, Cause>> + Send + 'static,
{
    fn token<'p>(&'p self, _: &'p TokenRequest) -> TokenFuture<'p> {
        Box::pin(self())
    }
}

/// A fixed token, or a provider of tokens.
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
