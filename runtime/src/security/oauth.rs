//! Client credentials of OAuth 2 (RFC 6749, section 4.4). In: the description of a token endpoint, and the credentials of a client.
//! Out: the form of a token request, and from its response a token or the reason of a failure.
//!
//! Sends nothing. Ids, secrets and tokens must never print. A reason names the error code and the description of the server (RFC 6749,
//! section 5.2), unless they contain a secret.

mod cache;

pub(crate) use cache::{
    AccessToken, AccessTokens, Approval, Held, IssuedToken, Left, Need, Proof, Renewal, Response, TokenFailure,
    UnderWay,
};

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use http::HeaderValue;
use zeroize::Zeroizing;

use crate::json::{JsonValue, Limits, Object, from_slice_within, to_vec};
use crate::parameter::encode;
use crate::problem::one_line;
use crate::secret::Secret;
use crate::signing::single_flight::SingleFlight;
use crate::signing::{SignError, SignatureAlgorithm, Signer, UnsignedJws};

/// Value of `client_assertion_type` (RFC 7523, section 2.2).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

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
    /// A signed assertion in the form, with the id (RFC 7523, section 2.2).
    PrivateKeyJwt {
        /// Accepted algorithms, the preferred one first. The key decides.
        algorithms: &'static [SignatureAlgorithm],
        /// Value of `aud`, in place of the URL of the endpoint.
        audience: Option<&'static str>,
    },
}

/// The client credentials of one scheme, with their access tokens. Clones of a credential share it.
pub(crate) struct ClientTokens {
    endpoint: &'static TokenEndpoint,
    id: String,
    /// `None` if the client authenticates with its certificate or with a private key.
    secret: Option<Secret>,
    key: Option<AssertionKey>,
    /// Another URL than the contract's.
    url: Option<String>,
    pub(crate) cache: SingleFlight<AccessTokens>,
}

impl ClientTokens {
    pub(crate) fn new(endpoint: &'static TokenEndpoint, id: String, secret: Option<Secret>) -> Self {
        Self {
            endpoint,
            id,
            secret,
            key: None,
            url: None,
            cache: SingleFlight::default(),
        }
    }

    /// Creates the credentials of a public client (RFC 6749, section 2.1) that acts for a user.
    pub(crate) fn of_user(endpoint: &'static TokenEndpoint, id: String) -> Self {
        let tokens = Self::new(endpoint, id, None);
        tokens.cache.lock().value.approval = Some(Approval::default());
        tokens
    }

    /// Returns `true` if the tokens depend on the approval of a user.
    pub(crate) fn is_of_user(&self) -> bool {
        self.cache.lock().value.approval.is_some()
    }

    /// Returns the same credentials with a secret, without their tokens.
    pub(crate) fn with_secret(&self, secret: Secret) -> Self {
        Self {
            secret: Some(secret),
            ..self.without_tokens()
        }
    }

    /// Returns the same credentials for another URL, without their tokens.
    pub(crate) fn at(&self, url: String) -> Self {
        Self {
            url: Some(url),
            ..self.without_tokens()
        }
    }

    /// Returns the same credentials with the refresh token of an approval, without other tokens.
    pub(crate) fn with_refresh(&self, token: Secret) -> Self {
        let tokens = self.without_tokens();
        tokens.cache.lock().value.approval = Some(cache::Approval::with(token));
        tokens
    }

    /// Returns the same credentials without their access tokens.
    fn without_tokens(&self) -> Self {
        let tokens = Self {
            url: self.url.clone(),
            key: self.key.clone(),
            ..Self::new(self.endpoint, self.id.clone(), self.secret.clone())
        };
        let approval = self.cache.lock().value.approval.as_ref().map(Approval::apart);
        tokens.cache.lock().value.approval = approval;
        tokens
    }

    /// Creates the credentials of a client with a private key.
    pub(crate) fn with_key(endpoint: &'static TokenEndpoint, id: String, signer: Arc<dyn Signer>) -> Self {
        Self {
            key: Some(AssertionKey { signer, audience: None }),
            ..Self::new(endpoint, id, None)
        }
    }

    /// Returns the same credentials for another audience of an assertion, without their tokens.
    pub(crate) fn for_audience(&self, audience: String) -> Self {
        let key = self.key.clone().map(|key| AssertionKey {
            audience: Some(audience),
            ..key
        });
        Self {
            key,
            ..self.without_tokens()
        }
    }

    /// Returns `false` if the endpoint accepts no algorithm of the private key.
    pub(crate) fn fits_key(&self) -> bool {
        let (accepted, _) = self.assertion_rules();
        self.key
            .as_ref()
            .is_none_or(|key| key.signer.key().choose(accepted).is_ok())
    }

    /// Returns accepted algorithms and the audience of an assertion.
    fn assertion_rules(&self) -> (&'static [SignatureAlgorithm], Option<&'static str>) {
        match self.endpoint.authentication {
            ClientAuthentication::PrivateKeyJwt { algorithms, audience } => (algorithms, audience),
            _ => (&[], None),
        }
    }

    /// Returns `true` if each request needs an assertion.
    pub(crate) fn has_key(&self) -> bool {
        self.key.is_some()
    }

    /// Signs an assertion with this id for the endpoint at `url`; `None` for a client without a private key.
    pub(crate) async fn assertion(&self, url: &str, id: String, seconds: i64) -> Option<Result<String, TokenFailure>> {
        let key = self.key.as_ref()?;
        let (accepted, audience) = self.assertion_rules();
        let claims = Claims {
            client: &self.id,
            audience: key.audience.as_deref().or(audience).unwrap_or(url),
            id,
            seconds,
        };
        Some(key.sign(accepted, claims).await)
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

    /// Returns the text that identifies the client and its secret, or its private key.
    pub(crate) fn identity(&self) -> Zeroizing<String> {
        let secret = self.secret.as_ref().map_or("", Secret::expose);
        let secret = self
            .key
            .as_ref()
            .and_then(|key| key.signer.key().key_id())
            .unwrap_or(secret);
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

    /// Returns the form of a token request to `target`, with the assertion if the client has a private key.
    pub(crate) fn form<'s>(
        &self,
        target: &str,
        proof: &Proof,
        scopes: impl Iterator<Item = &'s str>,
        assertion: Option<&str>,
    ) -> String {
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
        let parameters = self.endpoint.parameters.iter().copied();
        for (name, value) in parameters.chain(proof.members().into_iter().flatten()) {
            if !is_in_query(name) {
                push(name, value);
            }
        }
        let scopes = scopes.collect::<Vec<_>>().join(" ");
        if !scopes.is_empty() {
            push("scope", &scopes);
        }
        if self.endpoint.authentication != ClientAuthentication::Basic || self.secret.is_none() {
            push("client_id", &self.id);
        }
        if let (ClientAuthentication::Post, Some(secret)) = (self.endpoint.authentication, &self.secret) {
            push("client_secret", secret.expose());
        }
        if let Some(assertion) = assertion {
            push("client_assertion_type", ASSERTION_TYPE);
            push("client_assertion", assertion);
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

/// Time from the instant of an assertion to its end.
pub(crate) const ASSERTION_LIFE: Duration = Duration::from_secs(60);

/// The private key of a client, which signs assertions (`private_key_jwt`; RFC 7523, sections 2.2 and 3).
///
/// Each request has a new one, which ends after a minute. Must never print one: until its end it is a proof of the client.
#[derive(Clone)]
struct AssertionKey {
    signer: Arc<dyn Signer>,
    /// Another audience than the contract's.
    audience: Option<String>,
}

/// The facts of one assertion.
struct Claims<'c> {
    client: &'c str,
    audience: &'c str,
    /// Unique id.
    id: String,
    /// The instant, in seconds since 1970.
    seconds: i64,
}

impl Claims<'_> {
    fn into_object(self) -> Object {
        let end = self.seconds.saturating_add_unsigned(ASSERTION_LIFE.as_secs());
        let mut claims = Object::default();
        claims.insert("iss", self.client.into());
        claims.insert("sub", self.client.into());
        claims.insert("aud", self.audience.into());
        claims.insert("jti", self.id.into());
        claims.insert("iat", self.seconds.into());
        claims.insert("exp", end.into());
        claims
    }
}

impl AssertionKey {
    /// Signs an assertion by the first of the accepted algorithms that the key has.
    async fn sign(&self, accepted: &[SignatureAlgorithm], claims: Claims<'_>) -> Result<String, TokenFailure> {
        let failed = |error: SignError| TokenFailure::new(format!("the client has no signed assertion: {error}"));
        let unwritten = || TokenFailure::new("the client's assertion cannot be written");
        let key = self.signer.key();
        let mut header = Object::default();
        header.insert("alg", key.choose(accepted).map_err(failed)?.jws_name().into());
        if let Some(id) = key.key_id() {
            header.insert("kid", id.into());
        }
        let claims = to_vec(&claims.into_object()).map_err(|_| unwritten())?;
        let unsigned = UnsignedJws::new(&header, &claims).map_err(|_| unwritten())?;
        let signature = unsigned.sign(&*self.signer, "token").await.map_err(failed)?;
        unsigned.compact(&signature).map_err(|_| unwritten())
    }
}

/// Returns `true` for a text that contains the secret of the client.
pub(crate) type IsSecret<'s> = &'s dyn Fn(&str) -> bool;

/// Reads the token of a response of success.
pub(crate) fn issued(is_secret: IsSecret<'_>, body: &[u8]) -> Result<IssuedToken, TokenFailure> {
    let document = read_document(body);
    let Some(token) = document
        .as_ref()
        .and_then(|document| document.get("access_token")?.as_str())
    else {
        let what = "the token endpoint answered with success, but without an `access_token`";
        return Err(failure_with(is_secret, document.as_ref(), what));
    };
    let kind = document
        .as_ref()
        .and_then(|document| document.get("token_type")?.as_str());
    if let Some(kind) = kind.filter(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        let kind = shown(is_secret, kind, 40).unwrap_or_default();
        let why =
            format!("the token endpoint issued a token of type `{kind}`, but the client sends only `Bearer` tokens");
        return Err(TokenFailure::new(why));
    }
    // `Bearer` and a blank precede it.
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        let why = "the token of the token endpoint cannot be sent: it is empty, or has other characters than a token";
        return Err(TokenFailure::new(why));
    }
    let refresh = document
        .as_ref()
        .and_then(|document| document.get("refresh_token")?.as_str());
    Ok(IssuedToken {
        secret: Secret::new(token),
        life: document
            .as_ref()
            .and_then(|document| read_seconds(document.get("expires_in")?)),
        refresh: refresh.filter(|token| !token.is_empty()).map(Secret::new),
    })
}

/// Returns the reason of a response of `endpoint` that is not a success.
pub(crate) fn failure(endpoint: &str, is_secret: IsSecret<'_>, status: u16, body: &[u8]) -> TokenFailure {
    if (300..400).contains(&status) {
        let why = format!("{endpoint} answered {status}, and no redirect is followed with the client's secret");
        return TokenFailure::new(why);
    }
    failure_with(
        is_secret,
        read_document(body).as_ref(),
        &format!("{endpoint} answered {status}"),
    )
}

pub(crate) fn read_document(body: &[u8]) -> Option<JsonValue> {
    from_slice_within(body, &Limits::default()).ok()
}

/// Adds the code and the description of an error to `what`, and what to do about the code.
pub(crate) fn failure_with(is_secret: IsSecret<'_>, document: Option<&JsonValue>, what: &str) -> TokenFailure {
    let text = |name: &str, most: usize| shown(is_secret, document?.get(name)?.as_str()?, most);
    let mut why = what.to_owned();
    let code = text("error", 60);
    if let Some(code) = &code {
        why.extend([" `", code, "`"]);
    }
    if let Some(description) = text("error_description", 200) {
        why.extend([" (", &description, ")"]);
    }
    let advice = match code.as_deref() {
        Some("invalid_client") => {
            "; check the client id and the client secret, and with the API's documentation how a client authenticates (`x-token`)"
        }
        Some("unauthorized_client") => "; this client may not use this grant",
        Some("unsupported_grant_type") => "; the endpoint has no such grant: `grant` of `x-token` names another one",
        Some("invalid_scope") => "; the client may not have all scopes that this call requires",
        _ => "",
    };
    why.push_str(advice);
    TokenFailure {
        why,
        is_shared: code.as_deref() != Some("invalid_scope"),
        code,
    }
}

/// Returns a text of the server on one line; `None` if it contains the secret.
fn shown(is_secret: IsSecret<'_>, text: &str, most: usize) -> Option<String> {
    (!text.is_empty() && !is_secret(text)).then(|| one_line(text, most))
}

/// Reads a number of seconds, also from a text. A negative one counts as zero.
pub(crate) fn read_seconds(value: &JsonValue) -> Option<Duration> {
    let text = match value {
        JsonValue::Number(number) => number.as_str(),
        JsonValue::String(text) => text.trim(),
        _ => return None,
    };
    if text.starts_with('-') {
        return Some(Duration::ZERO);
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    // A number beyond 64 bits is longer than any life.
    (is_digits(whole) && is_digits(fraction)).then(|| Duration::from_secs(whole.parse().unwrap_or(u64::MAX)))
}
