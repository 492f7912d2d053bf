//! Credentials: keys, passwords and tokens come in, checked against the security schemes of the API; a set by scheme goes out.
//! Secrets must never print.

use crate::secret::Secret;
use crate::security::oauth::{ClientTokens, TokenEndpoint};
use crate::security::{Scheme, SchemeKind};
use crate::signing::Signer;
use crate::signing::{Sha256, sha256};
use crate::transport::Cause;
use base64::Engine as _;
use http::HeaderName;
use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// A credential for one security scheme. Prints without its secret.
#[derive(Clone)]
pub struct Credential {
    scheme: Cow<'static, str>,
    value: Material,
}

#[derive(Clone)]
enum Material {
    Key(Token),
    Password(String, Secret),
    Token(Token),
    Authorization(Token),
    Client(Arc<ClientTokens>),
}

impl Credential {
    /// Creates a key (`type: apiKey`).
    pub fn api_key(scheme: impl Into<Cow<'static, str>>, key: impl Into<Token>) -> Self {
        let value = Material::Key(key.into());
        Self::new(scheme.into(), value)
    }

    /// Creates user and password (`type: http`, `scheme: basic`).
    pub fn basic(scheme: impl Into<Cow<'static, str>>, user: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self::new(scheme.into(), Material::Password(user.into(), password.into()))
    }

    /// Creates a bearer token (`type: http`, `scheme: bearer`; `oauth2`; `openIdConnect`).
    pub fn token(scheme: impl Into<Cow<'static, str>>, token: impl Into<Token>) -> Self {
        Self::new(scheme.into(), Material::Token(token.into()))
    }

    /// Creates the text after the scheme's name in `Authorization` (`type: http` with any other scheme).
    pub fn authorization(scheme: impl Into<Cow<'static, str>>, value: impl Into<Token>) -> Self {
        Self::new(scheme.into(), Material::Authorization(value.into()))
    }

    /// Creates client credentials that get access tokens at the endpoint (`type: oauth2`, `clientCredentials`).
    ///
    /// Clones share their tokens: give calls for the same account clones of one credential.
    pub fn client_credentials(
        scheme: impl Into<Cow<'static, str>>,
        endpoint: &'static TokenEndpoint,
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
    ) -> Self {
        let tokens = ClientTokens::new(endpoint, client_id.into(), Some(client_secret.into()));
        Self::new(scheme.into(), Material::Client(Arc::new(tokens)))
    }

    /// Creates client credentials without a secret: the transport has a client certificate (RFC 8705).
    pub fn client_certificate(
        scheme: impl Into<Cow<'static, str>>,
        endpoint: &'static TokenEndpoint,
        client_id: impl Into<String>,
    ) -> Self {
        let tokens = ClientTokens::new(endpoint, client_id.into(), None);
        Self::new(scheme.into(), Material::Client(Arc::new(tokens)))
    }

    /// Creates client credentials with a private key, which signs an assertion for each token request (`private_key_jwt`; RFC 7523).
    /// The assertion names the id of the key (`kid`), if it has one.
    ///
    /// If the signer fails, the client sends nothing.
    pub fn private_key_jwt(
        scheme: impl Into<Cow<'static, str>>,
        endpoint: &'static TokenEndpoint,
        client_id: impl Into<String>,
        signer: impl Signer,
    ) -> Self {
        let tokens = ClientTokens::with_key(endpoint, client_id.into(), Arc::new(signer));
        Self::new(scheme.into(), Material::Client(Arc::new(tokens)))
    }

    /// Sets another audience of the assertion than the contract's, for client credentials with a private key: some servers require
    /// their issuer in place of their token URL.
    #[must_use]
    pub fn assertion_audience(self, audience: impl Into<String>) -> Self {
        match self.value {
            Material::Client(tokens) => {
                let tokens = tokens.for_audience(audience.into());
                Self::new(self.scheme, Material::Client(Arc::new(tokens)))
            }
            _ => self,
        }
    }

    /// Sets another URL of the token endpoint than the contract's, for client credentials. It changes no other credential.
    #[must_use]
    pub fn token_url(self, url: impl Into<String>) -> Self {
        match self.value {
            // A device authorization shares its tokens with its credential.
            Material::Client(tokens) if !tokens.is_of_user() => {
                Self::new(self.scheme, Material::Client(Arc::new(tokens.at(url.into()))))
            }
            value => Self::new(self.scheme, value),
        }
    }

    /// Creates the credential of a device authorization.
    pub(crate) fn of_user(scheme: &'static str, tokens: Arc<ClientTokens>) -> Self {
        Self::new(scheme.into(), Material::Client(tokens))
    }

    fn new(scheme: Cow<'static, str>, value: Material) -> Self {
        Self { scheme, value }
    }

    /// Returns the name of the security scheme.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Credential({:?}, [REDACTED])", self.scheme)
    }
}

/// The reason why a credential is refused. Never repeats it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialError {
    /// The API has no such scheme, or the scheme takes no credential.
    #[error("the API has no security scheme of that name with a credential")]
    NoScheme,
    /// The scheme takes another kind of credential.
    #[error("the scheme requires {0}")]
    OtherKind(&'static str),
    /// The secret is empty.
    #[error("it is empty")]
    Empty,
    /// A character is not allowed in the place of the credential.
    #[error("it has characters that cannot be sent there, such as a blank or a line break")]
    InvalidHeader,
    /// A user name with a colon, which would end it.
    #[error("a user name cannot contain a colon")]
    Colon,
    /// The contract's name of a header or a cookie is invalid.
    #[error("the contract's name of the header or cookie is not valid")]
    Name,
    /// The URL of the token endpoint is invalid.
    #[error("its token endpoint cannot be called: {0}")]
    TokenUrl(&'static str),
    /// The API accepts no algorithm of the private key.
    #[error("the API accepts no algorithm of its key: use a key of an accepted kind")]
    Algorithm,
}

/// The source of a credential's secret.
#[derive(Clone)]
pub(crate) enum CredentialSource {
    Fixed(Secret),
    Provided(Arc<dyn TokenProvider>),
    Client(Arc<ClientTokens>),
}

/// Prints names alone.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(scheme, _)| scheme.name))
            .finish()
    }
}

/// The credentials of a client, by scheme.
#[derive(Clone, Default)]
pub(crate) struct Credentials(Vec<(&'static Scheme, CredentialSource)>);

impl Credentials {
    /// Checks the given credentials; of two for one scheme, the later one counts.
    pub(crate) fn new(schemes: &'static [Scheme], given: Vec<Credential>) -> Result<Self, (String, CredentialError)> {
        let mut kept = Self::default();
        for credential in given {
            kept.put(schemes, credential)?;
        }
        Ok(kept)
    }

    /// Checks one credential, and replaces another one for its scheme.
    pub(crate) fn put(
        &mut self,
        schemes: &'static [Scheme],
        Credential { scheme: name, value }: Credential,
    ) -> Result<(), (String, CredentialError)> {
        let known = schemes.iter().find(|scheme| scheme.name == name);
        let source = known
            .ok_or(CredentialError::NoScheme)
            .and_then(|scheme| Ok((scheme, source(scheme.kind, value)?)));
        let (scheme, source) = source.map_err(|why| (name.into_owned(), why))?;
        self.0.retain(|(other, _)| other.name != scheme.name);
        self.0.push((scheme, source));
        Ok(())
    }

    /// Returns these credentials, completed by the others' for other schemes.
    pub(crate) fn over(&self, others: &Self) -> Self {
        let mut all = others.clone();
        for (scheme, source) in &self.0 {
            all.0.retain(|(other, _)| other.name != scheme.name);
            all.0.push((scheme, source.clone()));
        }
        all
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the credential for this scheme.
    pub(crate) fn get(&self, name: &str) -> Option<&CredentialSource> {
        let found = self.0.iter().find(|(scheme, _)| scheme.name == name);
        found.map(|(_, source)| source)
    }

    /// Returns all credentials, in the order in which they were given.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'static Scheme, &CredentialSource)> {
        self.0.iter().map(|(scheme, source)| (*scheme, source))
    }

    /// Returns the secrets that stay the same, without those of providers.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().filter_map(|(_, source)| match source {
            CredentialSource::Fixed(secret) => Some(secret.expose().as_bytes()),
            CredentialSource::Provided(_) => None,
            CredentialSource::Client(tokens) => tokens.secret().map(|secret| secret.expose().as_bytes()),
        })
    }

    /// Returns a digest that differs for other credentials: a call is resumed only with the same ones.
    pub(crate) fn digest(&self) -> [u8; 32] {
        let mut digest = Sha256::new();
        for (scheme, source) in &self.0 {
            digest.update(scheme.name.as_bytes());
            match source {
                CredentialSource::Fixed(secret) => digest.update(sha256(secret.expose())),
                // Two providers may act for different accounts.
                CredentialSource::Provided(provider) => digest.update(Arc::as_ptr(provider).addr().to_be_bytes()),
                // So may two users.
                CredentialSource::Client(tokens) if tokens.is_of_user() => {
                    digest.update(Arc::as_ptr(tokens).addr().to_be_bytes());
                }
                CredentialSource::Client(tokens) => digest.update(sha256(tokens.identity().as_bytes())),
            }
        }
        digest.finish()
    }
}

fn source(kind: SchemeKind, value: Material) -> Result<CredentialSource, CredentialError> {
    let token = match (kind, value) {
        (SchemeKind::Basic, Material::Password(user, password)) => return basic(&user, &password),
        (SchemeKind::HeaderKey(_) | SchemeKind::QueryKey(_) | SchemeKind::CookieKey(_), Material::Key(token))
        | (SchemeKind::Token, Material::Token(token))
        | (SchemeKind::Authorization(_), Material::Authorization(token)) => token,
        (SchemeKind::Signing | SchemeKind::Transport, _) => return Err(CredentialError::NoScheme),
        (SchemeKind::Token, Material::Client(tokens)) => {
            if tokens.texts().any(str::is_empty) {
                return Err(CredentialError::Empty);
            }
            if tokens.texts().any(|text| text.chars().any(char::is_control)) {
                return Err(CredentialError::InvalidHeader);
            }
            if !tokens.fits_key() {
                return Err(CredentialError::Algorithm);
            }
            return Ok(CredentialSource::Client(tokens));
        }
        (SchemeKind::Basic, _) => return Err(CredentialError::OtherKind("a user and a password")),
        (SchemeKind::Token, _) => return Err(CredentialError::OtherKind("a token")),
        (SchemeKind::Authorization(_), _) => return Err(CredentialError::OtherKind("a value of `Authorization`")),
        (_, _) => return Err(CredentialError::OtherKind("a key")),
    };
    check_name(kind)?;
    match token.0 {
        TokenOrigin::Fixed(secret) => check(kind, &secret).map(|()| CredentialSource::Fixed(secret)),
        TokenOrigin::Provided(provider) => Ok(CredentialSource::Provided(provider)),
    }
}

fn basic(user: &str, password: &Secret) -> Result<CredentialSource, CredentialError> {
    if user.contains(':') {
        return Err(CredentialError::Colon);
    }
    let text = zeroize::Zeroizing::new(format!("{user}:{}", password.expose()));
    if text.chars().any(char::is_control) {
        return Err(CredentialError::InvalidHeader);
    }
    let encoded = base64::engine::general_purpose::STANDARD.encode(text.as_bytes());
    Ok(CredentialSource::Fixed(Secret::new(encoded)))
}

fn check_name(kind: SchemeKind) -> Result<(), CredentialError> {
    let is_name = match kind {
        SchemeKind::HeaderKey(name) | SchemeKind::CookieKey(name) | SchemeKind::Authorization(name) => {
            HeaderName::try_from(name).is_ok()
        }
        _ => true,
    };
    if is_name { Ok(()) } else { Err(CredentialError::Name) }
}

/// Checks that the text can be written in the scheme's place.
pub(super) fn check(kind: SchemeKind, secret: &Secret) -> Result<(), CredentialError> {
    let text = secret.expose();
    if text.is_empty() {
        return Err(CredentialError::Empty);
    }
    let can_stand = match kind {
        SchemeKind::QueryKey(_) => !text.chars().any(char::is_control),
        SchemeKind::CookieKey(_) => text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\')),
        // A token contains no blank: `Bearer` and a blank precede it.
        SchemeKind::Token => text.bytes().all(|byte| byte.is_ascii_graphic()),
        // Blanks at either end would be lost in transit.
        // The bytes that `HeaderValue::from_str` allows: a value of its own would stay in memory.
        _ => text.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~')) && text.trim() == text,
    };
    if can_stand {
        Ok(())
    } else {
        Err(CredentialError::InvalidHeader)
    }
}

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
pub struct Token(pub(super) TokenOrigin);

#[derive(Clone)]
pub(super) enum TokenOrigin {
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
        Self(TokenOrigin::Fixed(secret))
    }
}

impl<P: TokenProvider> From<P> for Token {
    fn from(provider: P) -> Self {
        Self(TokenOrigin::Provided(Arc::new(provider)))
    }
}
