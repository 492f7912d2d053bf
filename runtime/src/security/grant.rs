//! Credentials of one attempt: a choice comes in, its tokens are fetched, headers and query pairs go out. Secrets must never
//! print.

use std::borrow::Cow;
use std::sync::Arc;

use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::choice::Choice;
use super::credential::check;
use super::oauth::{AccessToken, ClientTokens, TokenFailure};
use super::{CredentialSource, SchemeKind, TimeLeft, TokenProvider, TokenRequest};
use crate::refusal::Refusal;
use crate::secret::Secret;
use crate::target;
use crate::transport::{Transport, within};
use std::{collections::BTreeSet, future::Future, pin::Pin, time::Duration};

/// Headers and query pairs of one attempt.
#[derive(Default)]
pub(crate) struct Grant {
    pub(crate) is_signed: bool,
    headers: Vec<(HeaderName, HeaderValue)>,
    cookies: Vec<String>,
    query: String,
    asked: Vec<(Arc<dyn TokenProvider>, TokenRequest)>,
    /// Access tokens of client credentials, by their number.
    exchanged: Vec<(Arc<ClientTokens>, u64)>,
}

/// The future of [`TokenClient::access_token`].
pub(crate) type AccessTokenFuture<'c> = Pin<Box<dyn Future<Output = Result<AccessToken, TokenFailure>> + Send + 'c>>;

/// The parts of a client that the sources of its tokens use.
pub(crate) trait TokenClient: Sync {
    fn transport(&self) -> &dyn Transport;

    /// Exchanges client credentials for an access token, or returns the one that is still valid.
    fn access_token<'c>(
        &'c self,
        tokens: &'c ClientTokens,
        scopes: BTreeSet<String>,
        limit: Duration,
    ) -> AccessTokenFuture<'c>;
}

/// Fetches the tokens of a choice within the time left, and collects the credentials to write.
pub(crate) async fn grant(choice: Choice<'_>, client: &impl TokenClient, left: TimeLeft) -> Result<Grant, Refusal> {
    let mut grant = Grant::signed(choice.is_signed);
    for (scheme, scopes, source) in choice.shown {
        let secret = match source {
            CredentialSource::Fixed(secret) => secret.clone(),
            CredentialSource::Provided(provider) => {
                let request = TokenRequest {
                    scheme: scheme.name,
                    scopes: scopes.to_vec(),
                };
                let refused = |why: String| Refusal::Token {
                    scheme: scheme.name,
                    why,
                };
                let limit = left.attempt;
                let secret = within(client.transport().limit(limit), provider.token(&request))
                    .await
                    .ok_or_else(|| refused(format!("it returned none within {limit:?}")))?
                    .map_err(|cause| refused(cause.to_string()))?;
                check(scheme.kind, &secret).map_err(|why| refused(why.to_string()))?;
                grant.asked.push((Arc::clone(provider), request));
                secret
            }
            CredentialSource::Client(tokens) => {
                let scopes = scopes.to_vec().into_iter().collect();
                let token = client.access_token(tokens, scopes, left.call).await;
                let token = token.map_err(|failure| Refusal::Token {
                    scheme: scheme.name,
                    why: failure.why,
                })?;
                grant.exchanged.push((Arc::clone(tokens), token.serial));
                token.secret
            }
        };
        grant.write(scheme.kind, &secret);
    }
    Ok(grant)
}

impl Grant {
    /// Returns a grant with no credential but a signature, if `is_signed`.
    pub(crate) fn signed(is_signed: bool) -> Self {
        Self {
            is_signed,
            ..Self::default()
        }
    }

    /// Writes one credential. Names and texts were checked before; one that cannot be written is left out.
    fn write(&mut self, kind: SchemeKind, secret: &Secret) {
        let text = secret.expose();
        match kind {
            SchemeKind::HeaderKey(name) => self.header(HeaderName::try_from(name).ok(), text),
            SchemeKind::Basic => self.header(Some(AUTHORIZATION), &format!("Basic {text}")),
            SchemeKind::Token => self.header(Some(AUTHORIZATION), &format!("Bearer {text}")),
            SchemeKind::Authorization(word) => self.header(Some(AUTHORIZATION), &format!("{word} {text}")),
            SchemeKind::CookieKey(name) => self.cookies.push(format!("{name}={text}")),
            SchemeKind::QueryKey(name) => {
                if !self.query.is_empty() {
                    self.query.push('&');
                }
                self.query.push_str(&target::encode(name));
                self.query.push('=');
                self.query.push_str(&target::encode(text));
            }
            SchemeKind::Signing | SchemeKind::Transport => {}
        }
    }

    fn header(&mut self, name: Option<HeaderName>, text: &str) {
        if let (Some(name), Ok(mut value)) = (name, HeaderValue::try_from(text)) {
            value.set_sensitive(true);
            self.headers.push((name, value));
        }
    }

    /// Returns the target with the keys in its query.
    pub(crate) fn target<'t>(&self, target: &'t str) -> Cow<'t, str> {
        if self.query.is_empty() {
            return Cow::Borrowed(target);
        }
        let sign = if target.contains('?') { '&' } else { '?' };
        Cow::Owned(format!("{target}{sign}{}", self.query))
    }

    /// Writes the headers.
    pub(crate) fn stamp(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.headers {
            headers.insert(name.clone(), value.clone());
        }
        if self.cookies.is_empty() {
            return;
        }
        let known = headers
            .get(COOKIE)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        let cookies: Vec<&str> = known
            .iter()
            .map(String::as_str)
            .chain(self.cookies.iter().map(String::as_str))
            .collect();
        if let Ok(mut value) = HeaderValue::try_from(cookies.join("; ")) {
            value.set_sensitive(true);
            headers.insert(COOKIE, value);
        }
    }

    /// Returns `true` if a provider was asked for a token.
    pub(crate) fn has_asked(&self) -> bool {
        !self.asked.is_empty()
    }

    /// Tells the token providers that the API rejected their tokens.
    pub(crate) fn reject(&self) {
        for (provider, request) in &self.asked {
            provider.rejected(request);
        }
    }

    /// Drops the access tokens of client credentials. Returns `true` if there was one.
    pub(crate) fn drop_tokens(&self) -> bool {
        for (tokens, serial) in &self.exchanged {
            tokens.cache.lock().value.reject(*serial);
        }
        !self.exchanged.is_empty()
    }
}
