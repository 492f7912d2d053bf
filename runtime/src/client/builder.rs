//! The settings of a client, and what is wrong with them.

use std::marker::PhantomData;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::core::{Account, Core, Shared, owns_header};
use super::place::Places;
use super::skew::Skew;
use crate::clock::{Clock, NonceSource, SystemClock, SystemNonces};
use crate::draft::{DraftError, PayloadHash, PayloadInputs};
use crate::journal::Journal;
use crate::metrics::Metrics;
use crate::request::Api;
use crate::retry::{Policy, Tokens};
use crate::secret::{ClientSecrets, Ring, RingError, Secret, SecretError, SecretSource, SecretVariable, beside};
use crate::security::{Credential, CredentialError, Credentials, SchemeKind};
use crate::signing::Names;
use crate::transport::{Cause, Transport};

/// Why there is no client. Says what to set, and never repeats a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A setting is missing.
    #[error("{what} is missing: set it with `{setter}`{}", or_variable(*.variable))]
    Missing {
        /// What is missing.
        what: &'static str,
        /// The method that sets it.
        setter: &'static str,
        /// The environment variable that `from_env` reads.
        variable: Option<&'static str>,
    },
    /// The base URL is none.
    #[error("the base URL `{url}` is refused: {why}")]
    BaseUrl {
        /// As it was given, without credentials, query and fragment.
        url: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The client secret gives no key.
    #[error("the client secret is refused: {0}")]
    Secret(#[from] SecretError),
    /// The source of the client secret gives none.
    #[error("the client secret cannot be read: {0}")]
    Source(#[source] Cause),
    /// The client id or a default header cannot be sent.
    #[error("{0} cannot be written as a header")]
    Header(String),
    /// No operation has a server like that.
    #[error("no operation of the contract has the server `{0}`")]
    NoServer(String),
    /// A credential is none for this API.
    #[error("the credential of `{scheme}` is refused: {why}")]
    Credential {
        /// Name of the security scheme.
        scheme: String,
        /// What is wrong with it.
        why: CredentialError,
    },
    /// A default header would take the place of one that the client writes.
    #[error("the default header `{0}` is refused: the client writes it itself")]
    OwnHeader(String),
    /// There is no HTTP client.
    #[error("no HTTP client: {0}")]
    Transport(#[source] Cause),
}

impl From<RingError> for ConfigError {
    fn from(error: RingError) -> Self {
        match error {
            RingError::Secret(error) => Self::Secret(error),
            RingError::Source(cause) => Self::Source(cause),
        }
    }
}

fn or_variable(variable: Option<&'static str>) -> String {
    variable
        .map(|name| format!(" or the environment variable {name}"))
        .unwrap_or_default()
}

/// Collects the settings of a client `C`.
pub struct Builder<C> {
    api: &'static Api,
    base_url: Option<String>,
    servers: Vec<(String, String)>,
    client_id: Option<String>,
    client_secret: Option<Secret>,
    previous_secret: Option<Secret>,
    secret_source: Option<Arc<dyn SecretSource>>,
    credentials: Vec<Credential>,
    anonymous: bool,
    headers: Vec<(String, Secret)>,
    transport: Option<Arc<dyn Transport>>,
    clock: Arc<dyn Clock>,
    nonces: Arc<dyn NonceSource>,
    policy: Policy,
    timeout: Duration,
    deadline: Duration,
    limit: usize,
    payload_hash: Option<Arc<PayloadHash>>,
    metrics: Option<Arc<dyn Metrics>>,
    journal: Option<Arc<dyn Journal>>,
    client: PhantomData<fn() -> C>,
}

impl<C> std::fmt::Debug for Builder<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder")
            .field("api", &self.api.name)
            .field("base_url", &self.base_url.as_deref().map(shown))
            .field("client_id", &self.client_id)
            .field("client_secret", &self.client_secret)
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

impl<C: From<Core>> Builder<C> {
    /// No settings yet; only time, randomness and patience have defaults.
    pub fn new(api: &'static Api) -> Self {
        Self {
            api,
            base_url: None,
            servers: Vec::new(),
            client_id: None,
            client_secret: None,
            previous_secret: None,
            secret_source: None,
            credentials: Vec::new(),
            anonymous: false,
            headers: Vec::new(),
            transport: None,
            clock: Arc::new(SystemClock),
            nonces: Arc::new(SystemNonces),
            policy: Policy::default(),
            timeout: Duration::from_secs(30),
            deadline: Duration::from_mins(2),
            limit: 16 << 20,
            payload_hash: None,
            metrics: None,
            journal: None,
            client: PhantomData,
        }
    }

    /// Takes what the environment variables of the contract say; what they do not say can still be set.
    pub fn from_env(api: &'static Api) -> Self {
        let mut builder = Self::from_variables(api, |name| std::env::var(name).ok());
        if let (Some(_), Some(name)) = (builder.client_secret.take(), api.environment.client_secret) {
            builder.secret_source = Some(Arc::new(SecretVariable::new(name)));
        }
        builder
    }

    /// The same from any source of variables.
    pub fn from_variables(api: &'static Api, read: impl Fn(&str) -> Option<String>) -> Self {
        let value = |name: Option<&'static str>| name.and_then(&read).filter(|value| !value.is_empty());
        let mut builder = Self::new(api);
        builder.base_url = value(api.environment.base_url);
        builder.client_id = value(api.environment.client_id);
        builder.client_secret = value(api.environment.client_secret).map(Secret::new);
        builder
    }

    /// Where the API is. There is no default; `https` unless it is this machine. A path becomes the prefix of every target.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Another place for the operations that the contract gives a server of their own: `server` is its URL in the contract.
    ///
    /// Without this they are sent there, if the base URL is one of the contract's servers; with any other base URL, or one
    /// on this machine, they are sent to the base URL like all others.
    #[must_use]
    pub fn server(mut self, server: impl Into<String>, url: impl Into<String>) -> Self {
        self.servers.push((server.into(), url.into()));
        self
    }

    /// The client id.
    #[must_use]
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        self.client_id = Some(id.into());
        self
    }

    /// The client secret.
    #[must_use]
    pub fn client_secret(mut self, secret: impl Into<Secret>) -> Self {
        self.client_secret = Some(secret.into());
        self.secret_source = None;
        self
    }

    /// The secret before the client secret, while the server may still want it: during a rotation.
    #[must_use]
    pub fn previous_secret(mut self, secret: impl Into<Secret>) -> Self {
        self.previous_secret = Some(secret.into());
        self
    }

    /// Where the client's secrets come from, in place of a text: [`SecretFile`](crate::secret::SecretFile),
    /// [`SecretVariable`], or a source of your own. `client.reload()` asks it again.
    #[must_use]
    pub fn secret_source(mut self, source: impl SecretSource) -> Self {
        self.secret_source = Some(Arc::new(source));
        self.client_secret = None;
        self
    }

    /// What the caller shows for one of the API's security schemes. Of two for the same scheme the later one counts.
    #[must_use]
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credentials.push(credential);
        self
    }

    /// Calls for which the client has no credentials are sent without any, whatever the contract wants.
    #[must_use]
    pub fn anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }

    /// A header of every request. Its value never prints.
    #[must_use]
    pub fn default_header(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Another HTTP client.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Another clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Another source of random bytes.
    #[must_use]
    pub fn nonces(mut self, nonces: impl NonceSource) -> Self {
        self.nonces = Arc::new(nonces);
        self
    }

    /// How often and how patiently calls are sent again.
    #[must_use]
    pub fn retry(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// No attempt takes longer (30 s).
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// No call, with all its attempts and waits, takes longer (120 s).
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// No answer is read further than so many bytes (16 MiB).
    #[must_use]
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    /// Another function for the hash that an approval binds.
    #[must_use]
    pub fn payload_hash<F>(mut self, hash: F) -> Self
    where
        F: Fn(&PayloadInputs<'_>) -> Result<String, DraftError> + Send + Sync + 'static,
    {
        self.payload_hash = Some(Arc::new(hash));
        self
    }

    /// Takes measures of calls and attempts.
    #[must_use]
    pub fn metrics(mut self, metrics: impl Metrics) -> Self {
        self.metrics = Some(Arc::new(metrics));
        self
    }

    /// Where every action with an effect is written down before it is sent, and what became of it after.
    ///
    /// With it a key may be made anew with `IdempotencyKey::new` after a crash: the journal knows what was sent under it.
    #[must_use]
    pub fn journal(mut self, journal: impl Journal) -> Self {
        self.journal = Some(Arc::new(journal));
        self
    }

    /// The client, or what is missing.
    pub fn build(self) -> Result<C, ConfigError> {
        let environment = &self.api.environment;
        let missing = |what, setter, variable| ConfigError::Missing { what, setter, variable };
        let url = self
            .base_url
            .ok_or_else(|| missing("the base URL", "base_url", environment.base_url))?;
        let base = Base::parse(&url).map_err(|why| ConfigError::BaseUrl { url: shown(&url), why })?;
        let mut ring = None;
        let has_secret = self.client_secret.is_some() || self.secret_source.is_some();
        let alone = self.api.schemes.iter().all(|scheme| scheme.kind == SchemeKind::Signing);
        if self.api.signing.is_some() && !has_secret && alone && !self.anonymous {
            return Err(missing("the client secret", "client_secret", environment.client_secret));
        }
        if let (Some(signing), true) = (self.api.signing, has_secret) {
            ring = match (self.secret_source, self.client_secret) {
                (Some(source), _) => Some(Ring::from_source(beside(source, self.previous_secret), signing.secret)?),
                (None, Some(active)) => {
                    let previous = self.previous_secret;
                    Some(Ring::of(&ClientSecrets { active, previous }, signing.secret)?)
                }
                (None, None) => None,
            };
            let named = signing.client_id_header.is_some();
            if named && self.client_id.is_none() {
                return Err(missing("the client id", "client_id", environment.client_id));
            }
        }
        if self
            .client_id
            .as_ref()
            .is_some_and(|id| id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_graphic()))
        {
            let what = "the client id (empty, or with a space, a line break or a character beyond ASCII)";
            return Err(ConfigError::Header(what.into()));
        }
        let user_agent =
            HeaderValue::try_from(self.api.user_agent).map_err(|_| ConfigError::Header("the user agent".into()))?;
        let transport = match self.transport {
            Some(transport) => transport,
            None => default_transport(base.loopback)?,
        };
        let credentials = Credentials::of(self.api.schemes, self.credentials)
            .map_err(|(scheme, why)| ConfigError::Credential { scheme, why })?;
        let url = format!("{}{}", base.origin, base.prefix);
        Ok(C::from(Core::new(Shared {
            names: Names::new(names(self.api)),
            account: Account::new(url, self.client_id.as_deref(), &credentials),
            api: self.api,
            places: Places::of(self.api, &base, &self.servers)?,
            origin: base.origin,
            prefix: base.prefix,
            client_id: self.client_id,
            ring,
            credentials,
            anonymous: self.anonymous,
            headers: headers(self.api, self.headers)?,
            user_agent,
            transport,
            clock: self.clock,
            nonces: self.nonces,
            tokens: Tokens::of(self.policy.budget),
            policy: self.policy,
            timeout: self.timeout,
            deadline: self.deadline,
            limit: self.limit,
            payload_hash: self.payload_hash,
            skew: Skew::new(),
            metrics: self.metrics,
            journal: self.journal,
        })))
    }
}

#[cfg(feature = "reqwest")]
fn default_transport(loopback: bool) -> Result<Arc<dyn Transport>, ConfigError> {
    use crate::transport::ReqwestTransport;
    let made = if loopback {
        ReqwestTransport::loopback()
    } else {
        ReqwestTransport::new()
    };
    Ok(Arc::new(made.map_err(ConfigError::Transport)?))
}

#[cfg(not(feature = "reqwest"))]
fn default_transport(_: bool) -> Result<Arc<dyn Transport>, ConfigError> {
    Err(ConfigError::Missing {
        what: "the HTTP client",
        setter: "transport",
        variable: None,
    })
}

/// The headers that each attempt writes anew.
fn names(api: &'static Api) -> impl Iterator<Item = &'static str> {
    let key = api.idempotency.map(|keys| keys.header);
    let others = [api.request_id_header, key].into_iter().flatten();
    others.chain(api.signing.into_iter().flat_map(Names::of))
}

fn headers(api: &Api, pairs: Vec<(String, Secret)>) -> Result<HeaderMap, ConfigError> {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        if owns_header(api, &name) {
            return Err(ConfigError::OwnHeader(name));
        }
        let (Ok(known), Ok(mut written)) = (HeaderName::try_from(&name), HeaderValue::try_from(value.expose())) else {
            return Err(ConfigError::Header(format!("the default header `{name}`")));
        };
        written.set_sensitive(true);
        headers.insert(known, written);
    }
    Ok(headers)
}

/// A URL without what must not be printed: credentials, query, fragment.
pub(super) fn shown(url: &str) -> String {
    let (url, hidden) = url.split_at(url.find(['?', '#']).unwrap_or(url.len()));
    let (scheme, rest) = url.split_at(url.find("://").map_or(0, |at| at + 3));
    match rest.rsplit_once('@') {
        // A password with `?` or `#` in it ends behind them.
        _ if hidden.contains('@') => format!("{scheme}[redacted]"),
        Some((_, rest)) => format!("{scheme}[redacted]@{rest}"),
        None => url.to_owned(),
    }
}

/// A base URL in its two parts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Base {
    pub(super) origin: String,
    pub(super) prefix: String,
    pub(super) loopback: bool,
}

impl Base {
    pub(super) fn parse(url: &str) -> Result<Self, &'static str> {
        if url.contains(['#', '?']) {
            return Err("it has a query or a fragment");
        }
        let uri: http::Uri = url.parse().map_err(|_| "it is no URL (in ASCII)")?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err("it needs a scheme and a host, such as `https://api.example.com`");
        };
        if authority.as_str().contains('@') {
            return Err("it has a user name: credentials do not belong into a URL");
        }
        // Behind the host there is a port or nothing: `[::1]example.com` is read in different ways.
        let port = authority.as_str().strip_prefix(authority.host());
        let is_port = |text: &str| {
            let digits = text.strip_prefix(':').unwrap_or_default();
            digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u16>().is_ok()
        };
        if !port.is_some_and(|text| text.is_empty() || is_port(text)) {
            return Err("its host or its port is none");
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        let loopback =
            host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        match scheme {
            "https" => {}
            "http" if loopback => {}
            "http" => return Err("use `https`: `http` is for this machine alone"),
            _ => return Err("its scheme is neither `https` nor `http`"),
        }
        let prefix = crate::request::target::raw("", uri.path()).map_err(|_| "a segment of its path is `.` or `..`")?;
        Ok(Self {
            origin: format!("{scheme}://{authority}"),
            prefix: prefix.trim_end_matches('/').to_owned(),
            loopback,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_https_or_this_machine() {
        let parsed = |url| Base::parse(url).map(|base| (base.origin, base.prefix, base.loopback));
        let good = |origin: &str, prefix: &str, loopback| Ok((origin.to_owned(), prefix.to_owned(), loopback));
        assert_eq!(
            parsed("https://api.example.com"),
            good("https://api.example.com", "", false)
        );
        assert_eq!(
            parsed("https://api.example.com/"),
            good("https://api.example.com", "", false)
        );
        assert_eq!(
            parsed("https://api.example.com:8443/a/b/"),
            good("https://api.example.com:8443", "/a/b", false)
        );
        assert_eq!(parsed("http://localhost:1/x"), good("http://localhost:1", "/x", true));
        assert_eq!(parsed("http://127.0.0.9"), good("http://127.0.0.9", "", true));
        assert_eq!(parsed("http://[::1]:80"), good("http://[::1]:80", "", true));
        for wrong in [
            "http://example.com",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "http://[::1]example.com",
            "http://[::1].example.com",
            "http://[::1]:80x",
            "http://0x7f.1",
            "https://example.com:",
            "https://example.com:99999",
            "ftp://localhost",
            "https://user:pass@example.com",
            "https://example.com/?a",
            "https://example.com#a",
            "https://example.com/a/../b",
            "example.com",
            "/a",
            "",
        ] {
            assert!(Base::parse(wrong).is_err(), "{wrong}");
        }
    }
}
