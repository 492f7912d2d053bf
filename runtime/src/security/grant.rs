//! The chosen credentials as they are written on one attempt: tokens asked for, headers and query pairs made.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::credential::check;
use super::{Choice, SchemeKind, Source, TokenProvider, TokenRequest};
use crate::refusal::Refusal;
use crate::secret::Secret;
use crate::target;
use crate::transport::{Transport, within};

/// What is written on one attempt.
#[derive(Default)]
pub(crate) struct Grant {
    pub(crate) is_signed: bool,
    headers: Vec<(HeaderName, HeaderValue)>,
    cookies: Vec<String>,
    query: String,
    asked: Vec<(Arc<dyn TokenProvider>, TokenRequest)>,
}

/// Asks for the tokens of a choice, no longer than `limit`, and writes down what is shown.
pub(crate) async fn grant(choice: Choice<'_>, transport: &dyn Transport, limit: Duration) -> Result<Grant, Refusal> {
    let mut grant = Grant::signed(choice.is_signed);
    for (scheme, scopes, source) in choice.shown {
        let secret = match source {
            Source::Fixed(secret) => secret.clone(),
            Source::Provided(provider) => {
                let request = TokenRequest {
                    scheme: scheme.name,
                    scopes: scopes.to_vec(),
                };
                let refused = |why: String| Refusal::Token {
                    scheme: scheme.name,
                    why,
                };
                let secret = within(transport.limit(limit), provider.token(&request))
                    .await
                    .ok_or_else(|| refused(format!("it gave none within {limit:?}")))?
                    .map_err(|cause| refused(cause.to_string()))?;
                check(scheme.kind, &secret).map_err(|why| refused(why.to_string()))?;
                grant.asked.push((Arc::clone(provider), request));
                secret
            }
        };
        grant.write(scheme.kind, &secret);
    }
    Ok(grant)
}

impl Grant {
    /// Nothing but a signature, if that.
    pub(crate) fn signed(is_signed: bool) -> Self {
        Self {
            is_signed,
            ..Self::default()
        }
    }

    /// Names and texts were checked before: what cannot be written is not there.
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

    /// The target with the keys that stand in the query.
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

    /// Was somebody asked for a token?
    pub(crate) fn has_asked(&self) -> bool {
        !self.asked.is_empty()
    }

    /// Tells those who gave tokens that the API does not take them.
    pub(crate) fn reject(&self) {
        for (provider, request) in &self.asked {
            provider.rejected(request);
        }
    }
}
