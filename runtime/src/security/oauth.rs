//! Client credentials of OAuth 2 (RFC 6749, section 4.4). In: the description of a token endpoint, and the credentials of a client.
//! Out: the form of a token request, and cached access tokens.
//!
//! Sends nothing. Ids, secrets and tokens must never print, and neither does a text of a response that contains one.

mod cache;
mod response;

use base64::Engine as _;
use http::HeaderValue;
use zeroize::Zeroizing;

pub(crate) use cache::{AccessToken, Flight, Need, Now, TokenCache, Turn};
pub(crate) use response::{Issued, TokenFailure, failure, issued};

use crate::secret::Secret;
use crate::target::encode;

/// Description of a token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenEndpoint {
    /// URL, or a path at the origin of the base URL.
    pub url: &'static str,
    /// How the client authenticates there.
    pub authentication: ClientAuthentication,
    /// Members of the form, `grant_type` first. One that the query of the URL has is not repeated.
    pub parameters: &'static [(&'static str, &'static str)],
}

/// The way in which a client authenticates at a token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// Id and secret in `Authorization` (`client_secret_basic`; RFC 6749, section 2.3.1).
    Basic,
    /// Id and secret in the form (`client_secret_post`).
    Post,
    /// The client certificate of the transport, with the id in the form (RFC 8705).
    Tls,
}

/// The client credentials of one scheme, with their access tokens. Clones of a credential share it.
pub(crate) struct ClientTokens {
    endpoint: &'static TokenEndpoint,
    id: String,
    /// `None` if the client authenticates with its certificate.
    secret: Option<Secret>,
    /// Another URL than the contract's.
    url: Option<String>,
    pub(crate) cache: TokenCache,
}

impl ClientTokens {
    pub(crate) fn new(endpoint: &'static TokenEndpoint, id: String, secret: Option<Secret>) -> Self {
        Self {
            endpoint,
            id,
            secret,
            url: None,
            cache: TokenCache::default(),
        }
    }

    /// Returns the same credentials for another URL, without their tokens.
    pub(crate) fn at(&self, url: String) -> Self {
        Self {
            url: Some(url),
            ..Self::new(self.endpoint, self.id.clone(), self.secret.clone())
        }
    }

    /// Returns the texts of a token request: the id, and the secret if there is one.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let secret = self.secret.as_ref().map(Secret::expose);
        [Some(self.id.as_str()), secret].into_iter().flatten()
    }

    /// Returns the URL of the endpoint, and `true` if the caller set it.
    pub(crate) fn url(&self) -> (&str, bool) {
        self.url
            .as_deref()
            .map_or((self.endpoint.url, false), |url| (url, true))
    }

    /// Returns the secret, which stays the same.
    pub(crate) fn secret(&self) -> Option<&Secret> {
        self.secret.as_ref()
    }

    /// Returns the text that identifies the client and its secret.
    pub(crate) fn identity(&self) -> Zeroizing<String> {
        let secret = self.secret.as_ref().map_or("", Secret::expose);
        Zeroizing::new(format!("{}:{secret}", self.id))
    }

    /// Returns the value of `Authorization` for a token request. It encodes id and secret before it joins them (RFC 6749,
    /// section 2.3.1).
    pub(crate) fn authorization(&self) -> Option<HeaderValue> {
        let secret = self.secret.as_ref()?;
        if self.endpoint.authentication != ClientAuthentication::Basic {
            return None;
        }
        let pair = Zeroizing::new(format!("{}:{}", encode(&self.id), encode(secret.expose())));
        let encoded = Zeroizing::new(base64::engine::general_purpose::STANDARD.encode(pair.as_bytes()));
        let mut value = HeaderValue::try_from(format!("Basic {}", *encoded)).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// Returns the form of a token request to `target`.
    pub(crate) fn form<'s>(&self, target: &str, scopes: impl Iterator<Item = &'s str>) -> String {
        let query = target.split_once('?').map_or("", |(_, query)| query);
        let is_in_query = |name: &str| {
            let name = encode(name);
            query.split('&').any(|pair| pair.split('=').next() == Some(&name))
        };
        let mut form = String::new();
        let mut push = |name: &str, value: &str| {
            let sign = if form.is_empty() { "" } else { "&" };
            form.extend([sign, &encode(name), "=", &encode(value)]);
        };
        for (name, value) in self.endpoint.parameters {
            if !is_in_query(name) {
                push(name, value);
            }
        }
        let scopes = scopes.collect::<Vec<_>>().join(" ");
        if !scopes.is_empty() {
            push("scope", &scopes);
        }
        if self.endpoint.authentication != ClientAuthentication::Basic {
            push("client_id", &self.id);
        }
        if let (ClientAuthentication::Post, Some(secret)) = (self.endpoint.authentication, &self.secret) {
            push("client_secret", secret.expose());
        }
        form
    }

    /// Returns `true` for a text that contains the secret.
    pub(crate) fn is_secret(&self, text: &str) -> bool {
        let Some(secret) = self.secret.as_ref().map(Secret::expose) else {
            return false;
        };
        let header = self.authorization();
        let pair = header
            .as_ref()
            .and_then(|value| value.to_str().ok()?.strip_prefix("Basic "));
        [Some(secret), Some(&encode(secret)), pair]
            .into_iter()
            .flatten()
            .any(|hidden| text.contains(hidden))
    }
}
