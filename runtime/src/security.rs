//! Credentials: the security schemes of a contract and the credentials of a client come in, headers and query parameters of a
//! request go out.
//!
//! A secret may be written only to the place that its scheme names, and never prints. The choice among alternatives is pure: it depends
//! only on the requirements of the operation, the request, and the credentials that the client has.

mod credential;
pub(crate) mod oauth;

pub use crate::scheme::{Alternatives, Scheme, SchemeKind, SchemeUse, Security};
pub use credential::{Credential, CredentialError, Token, TokenFuture, TokenProvider, TokenRequest};
pub(crate) use credential::{CredentialSource, Credentials};
pub use oauth::{ClientAuthentication, TokenEndpoint};

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::parameter::encode;
use crate::refusal::Refusal;
use crate::secret::Secret;
use crate::transport::{Transport, within};
use credential::check;
use oauth::{AccessToken, ClientTokens, TokenFailure};

/// The time for an attempt, and for the rest of its call, from an instant.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TimeLeft {
    pub(crate) from: Instant,
    pub(crate) attempt: Duration,
    pub(crate) call: Duration,
}

/// The security requirements of a call.
#[derive(Debug, Clone)]
pub(crate) enum RequiredSchemes {
    /// One of the operation's alternatives.
    OneOf(Alternatives),
    /// One of the alternatives, restored from a journal.
    Kept(Security),
    /// All credentials of the client, for a call without a description.
    Everything,
}

impl RequiredSchemes {
    fn alternatives(&self) -> impl Iterator<Item = SchemeUses<'_>> {
        (0..).map_while(move |at| match self {
            Self::OneOf(all) => all.get(at).map(|uses| SchemeUses::Constant(uses)),
            Self::Kept(all) => all.get(at).map(|uses| SchemeUses::Kept(uses)),
            Self::Everything => None,
        })
    }
}

/// One alternative: schemes by name, with scopes.
#[derive(Clone, Copy)]
enum SchemeUses<'c> {
    Constant(&'static [SchemeUse]),
    Kept(&'c [(String, Vec<String>)]),
}

impl<'c> SchemeUses<'c> {
    fn each(self) -> impl Iterator<Item = (&'c str, Scopes<'c>)> {
        (0..).map_while(move |at| match self {
            Self::Constant(uses) => uses.get(at).map(|(name, scopes)| (*name, Scopes::Constant(scopes))),
            Self::Kept(uses) => uses.get(at).map(|(name, scopes)| (name.as_str(), Scopes::Kept(scopes))),
        })
    }
}

/// The scopes that an operation requires of one scheme.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scopes<'c> {
    Constant(&'static [&'static str]),
    Kept(&'c [String]),
}

impl Scopes<'_> {
    pub(crate) fn to_vec(self) -> Vec<String> {
        match self {
            Self::Constant(scopes) => scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            Self::Kept(scopes) => scopes.to_vec(),
        }
    }
}

/// The chosen credentials.
pub(crate) struct Choice<'c> {
    pub(crate) shown: Vec<(&'static Scheme, Scopes<'c>, &'c CredentialSource)>,
    pub(crate) is_signed: bool,
}

/// The inputs of the choice.
pub(crate) struct AvailableCredentials<'c> {
    pub(crate) schemes: &'static [Scheme],
    pub(crate) credentials: &'c Credentials,
    /// The client can sign.
    pub(crate) signs: bool,
    /// The settings with which it can, for an error.
    pub(crate) signing: &'static str,
    /// Calls without the credentials that the contract requires are allowed.
    pub(crate) anonymous: bool,
    pub(crate) headers: &'c HeaderMap,
    pub(crate) target: &'c str,
}

/// The way in which a scheme is satisfied.
enum Met<'c> {
    Shown(&'static Scheme, Scopes<'c>, &'c CredentialSource),
    Signed,
    /// The caller wrote it on this request.
    Written,
    ByTransport,
    Not,
}

/// Chooses the first alternative that can be satisfied. Alternatives with a credential precede those without.
pub(crate) fn choose<'c>(wanted: &'c RequiredSchemes, given: &AvailableCredentials<'c>) -> Result<Choice<'c>, Refusal> {
    if matches!(wanted, RequiredSchemes::Everything) {
        return Ok(everything(given));
    }
    let mut silent = wanted.alternatives().next().is_none();
    for alternative in wanted.alternatives() {
        let met = || alternative.each().map(|(name, scopes)| meet(name, scopes, given));
        if met().any(|met| matches!(met, Met::Not)) {
            continue;
        }
        if met().all(|met| matches!(met, Met::ByTransport)) {
            silent = true;
            continue;
        }
        let is_signed = met().any(|met| matches!(met, Met::Signed));
        let shown = met().filter_map(|met| match met {
            Met::Shown(scheme, scopes, source) => Some((scheme, scopes, source)),
            _ => None,
        });
        return Ok(Choice {
            shown: shown.collect(),
            is_signed,
        });
    }
    if silent || given.anonymous {
        return Ok(Choice {
            shown: Vec::new(),
            is_signed: false,
        });
    }
    Err(Refusal::Unauthorized {
        wanted: spoken(wanted, given),
    })
}

fn everything<'c>(given: &AvailableCredentials<'c>) -> Choice<'c> {
    let mut shown: Vec<(&'static Scheme, Scopes<'c>, &'c CredentialSource)> = Vec::new();
    for (scheme, source) in given.credentials.all() {
        let place = header(scheme.kind);
        let is_taken = place.is_some() && shown.iter().any(|(other, ..)| header(other.kind) == place);
        if !is_taken && !is_written(scheme.kind, given) {
            shown.push((scheme, Scopes::Constant(&[]), source));
        }
    }
    Choice {
        shown,
        is_signed: given.signs,
    }
}

fn meet<'c>(name: &'c str, scopes: Scopes<'c>, given: &AvailableCredentials<'c>) -> Met<'c> {
    let Some(scheme) = given.schemes.iter().find(|scheme| scheme.name == name) else {
        return Met::Not;
    };
    match scheme.kind {
        SchemeKind::Signing if given.signs => Met::Signed,
        SchemeKind::Signing => Met::Not,
        SchemeKind::Transport => Met::ByTransport,
        kind if is_written(kind, given) => Met::Written,
        _ => given
            .credentials
            .get(name)
            .map_or(Met::Not, |source| Met::Shown(scheme, scopes, source)),
    }
}

/// Returns the header that only this scheme writes.
fn header(kind: SchemeKind) -> Option<String> {
    match kind {
        SchemeKind::HeaderKey(name) => Some(name.to_ascii_lowercase()),
        SchemeKind::Basic | SchemeKind::Token | SchemeKind::Authorization(_) => Some("authorization".to_owned()),
        _ => None,
    }
}

/// Returns `true` if the caller set it on this request, as an argument or a header.
fn is_written(kind: SchemeKind, given: &AvailableCredentials<'_>) -> bool {
    match kind {
        SchemeKind::QueryKey(name) => {
            let name = encode(name);
            let query = given.target.split_once('?').map_or("", |(_, query)| query);
            query.split('&').any(|pair| pair.split('=').next() == Some(&name))
        }
        SchemeKind::CookieKey(name) => given
            .headers
            .get_all(http::header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .any(|pair| pair.trim_start().split('=').next() == Some(name)),
        kind => header(kind).is_some_and(|name| given.headers.contains_key(name.as_str())),
    }
}

/// Describes the missing credentials: how to give the client each of the alternatives.
fn spoken(wanted: &RequiredSchemes, given: &AvailableCredentials<'_>) -> String {
    let scheme = |(name, _): (&str, Scopes<'_>)| {
        let known = given.schemes.iter().find(|scheme| scheme.name == name);
        match known.map(|scheme| (scheme.kind, scheme.setter)) {
            Some((SchemeKind::Signing, _)) => format!("`{name}` ({})", given.signing),
            Some((_, Some(setter))) => format!("`{name}` (`.credential({setter}(..))`)"),
            _ => format!("`{name}`"),
        }
    };
    let alternative = |uses: SchemeUses<'_>| uses.each().map(scheme).collect::<Vec<_>>().join(" with ");
    wanted.alternatives().map(alternative).collect::<Vec<_>>().join(", or ")
}

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
                self.query.push_str(&encode(name));
                self.query.push('=');
                self.query.push_str(&encode(text));
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

#[cfg(test)]
mod tests;
