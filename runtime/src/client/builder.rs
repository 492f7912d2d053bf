//! The settings of a client: values of the contract, the environment and the caller come in, a checked client goes out. Secrets
//! never print.

mod build;

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use super::settings::shown;
use crate::clock::{Clock, NonceSource, SystemClock, SystemNonces};
use crate::description::Api;
use crate::journal::Journal;
use crate::json::Limits;
use crate::metrics::Metrics;
use crate::payload_hash::{DraftError, PayloadHash, PayloadInputs};
use crate::retry::Policy;
use crate::secret::{Secret, SecretSource, SecretVariable, SigningSecret};
use crate::security::Credential;
use crate::signing::Signer;
use crate::transport::Transport;

/// Collects the settings of a client `C`.
///
/// `J` is [`JournalUndecided`] until a journal is set or declined. Only APIs with actions that a repeated request could duplicate
/// require this choice.
pub struct Builder<C, J = Decided> {
    settings: ClientSettings,
    client: PhantomData<fn() -> (C, J)>,
}

/// State of a builder before a journal is set or declined.
#[derive(Debug)]
pub enum JournalUndecided {}

/// State of a builder with a journal, or with the explicit choice of none.
#[derive(Debug)]
pub enum Decided {}

/// Implemented by builders for which the choice of a journal is made.
#[diagnostic::on_unimplemented(
    message = "this client has neither a journal nor `.without_journal()`",
    label = "before this, call `.journal(..)` or `.without_journal()`",
    note = "`.journal(journal)` records every action before it is sent, so that none is executed twice after a crash (`sdkwright-journal`)",
    note = "`.without_journal()` is for applications that move no money, or that store keys and outcomes themselves"
)]
pub trait JournalDecided {}

impl JournalDecided for Decided {}

#[allow(clippy::struct_excessive_bools, reason = "each is a separate setting")]
struct ClientSettings {
    api: &'static Api,
    base_url: Option<String>,
    servers: Vec<(String, String)>,
    repeats_path: bool,
    client_id: Option<String>,
    client_secret: Option<SigningSecret>,
    previous_secret: Option<SigningSecret>,
    secret_source: Option<Arc<dyn SecretSource>>,
    signing_values: Vec<(String, String)>,
    signer: Option<Arc<dyn Signer>>,
    journal_secret: Option<Secret>,
    credentials: Vec<Credential>,
    previous_credentials: Vec<Credential>,
    anonymous: bool,
    headers: Vec<(String, Secret)>,
    transport: Option<Arc<dyn Transport>>,
    clock: Arc<dyn Clock>,
    nonces: Arc<dyn NonceSource>,
    policy: Policy,
    timeout: Duration,
    deadline: Duration,
    limits: Limits,
    validates: bool,
    is_lenient: bool,
    payload_hash: Option<Arc<PayloadHash>>,
    metrics: Option<Arc<dyn Metrics>>,
    journal: Option<Arc<dyn Journal>>,
}

impl<C, J> std::fmt::Debug for Builder<C, J> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut builder = f.debug_struct("Builder");
        builder
            .field("api", &self.settings.api.name)
            .field("base_url", &self.settings.base_url.as_deref().map(shown))
            .field("client_id", &self.settings.client_id)
            .field("client_secret", &self.settings.client_secret);
        builder.field("credentials", &self.settings.credentials);
        builder.finish_non_exhaustive()
    }
}

impl<C> Builder<C, JournalUndecided> {
    /// Creates a builder without settings. Only clock, randomness and retry policy have defaults.
    pub fn new(api: &'static Api) -> Self {
        Self::of(ClientSettings {
            api,
            base_url: None,
            servers: Vec::new(),
            repeats_path: false,
            client_id: None,
            client_secret: None,
            previous_secret: None,
            secret_source: None,
            signing_values: Vec::new(),
            signer: None,
            journal_secret: None,
            credentials: Vec::new(),
            previous_credentials: Vec::new(),
            anonymous: false,
            headers: Vec::new(),
            transport: None,
            clock: Arc::new(SystemClock),
            nonces: Arc::new(SystemNonces),
            policy: Policy::default(),
            timeout: Duration::from_secs(30),
            deadline: Duration::from_secs(2 * 60),
            limits: Limits {
                bytes: 16 << 20,
                ..Limits::default()
            },
            validates: false,
            is_lenient: false,
            payload_hash: None,
            metrics: None,
            journal: None,
        })
    }

    /// Declines a journal: the program itself must keep what it sent before a crash, and under which idempotency key.
    ///
    /// An action that is sent again under another key is a second action.
    #[must_use]
    pub fn without_journal(self) -> Builder<C> {
        Builder::of(self.settings)
    }
}

impl<C, J> Builder<C, J> {
    fn of(settings: ClientSettings) -> Self {
        Self {
            settings,
            client: PhantomData,
        }
    }

    /// Takes settings from the environment variables that the contract names: base URL, client id and client secret. A variable
    /// that is empty or not set changes nothing; `build` names all settings that are still missing.
    #[must_use]
    pub fn from_env(self) -> Self {
        let secret = self.settings.api.environment.client_secret;
        let builder = self.from_variables(|name| std::env::var(name).ok());
        match secret.filter(|name| std::env::var(name).is_ok_and(|text| !text.is_empty())) {
            Some(name) => builder.secret_source(SecretVariable::new(name)),
            None => builder,
        }
    }

    /// Takes settings from any source of variables, as [`from_env`](Self::from_env) does from the environment.
    #[must_use]
    pub fn from_variables(mut self, read: impl Fn(&str) -> Option<String>) -> Self {
        let value = |name: Option<&'static str>| name.and_then(&read).filter(|value| !value.is_empty());
        let names = &self.settings.api.environment;
        let (url, id, secret) = (
            value(names.base_url),
            value(names.client_id),
            value(names.client_secret),
        );
        self.settings.base_url = url.or(self.settings.base_url);
        self.settings.client_id = id.or(self.settings.client_id);
        for setting in self.settings.api.signing.map_or(&[][..], |signing| signing.settings) {
            if let Some(text) = value(setting.environment) {
                self = self.signing_setting(setting.name, text);
            }
        }
        match secret {
            Some(secret) => self.client_secret(SigningSecret::new(secret)),
            None => self,
        }
    }

    /// Sets the base URL of the API. There is no default. The scheme must be `https`, except for this machine. A path becomes
    /// the prefix of every target.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.settings.base_url = Some(url.into());
        self
    }

    /// Accepts a base URL whose end repeats the beginning of the contract's paths: a gateway removes the first of both. Otherwise the client
    /// refuses it, because it is usually a mistake.
    #[must_use]
    pub fn allow_repeated_path(mut self) -> Self {
        self.settings.repeats_path = true;
        self
    }

    /// Sets the base URL of operations that have a server of their own; `server` is the URL of that server in the contract.
    ///
    /// By default, these operations go to the server that the contract gives them if the base URL is a server of the contract.
    /// With any other base URL, or one on this machine, they go to the base URL like all others.
    #[must_use]
    pub fn server(mut self, server: impl Into<String>, url: impl Into<String>) -> Self {
        self.settings.servers.push((server.into(), url.into()));
        self
    }

    /// Sets the client id.
    #[must_use]
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        self.settings.client_id = Some(id.into());
        self
    }

    /// Sets the client secret.
    ///
    /// ```no_run
    /// # use sdkwright_runtime::{Builder, ConfigError, glue::Core, secret::SigningSecret};
    /// # fn client(builder: Builder<Core>, text: String) -> Result<Core, ConfigError> {
    /// let secret = SigningSecret::new(text);
    /// let client = builder.client_secret(secret).client_id("partner-7").build()?;
    /// # Ok(client)
    /// # }
    /// ```
    #[must_use]
    pub fn client_secret(mut self, secret: impl Into<SigningSecret>) -> Self {
        self.settings.client_secret = Some(secret.into());
        self.settings.secret_source = None;
        self
    }

    /// Sets the key pair that signs requests: a [`LocalKey`](crate::signing::LocalKey), or a signer of a key management service or
    /// a hardware module. The contract lists the algorithms, and the key decides among them.
    ///
    /// The client calls it for each attempt, last and within its timeout. If it fails, the client sends nothing.
    #[must_use]
    pub fn signer(mut self, signer: impl Signer) -> Self {
        self.settings.signer = Some(Arc::new(signer));
        self
    }

    /// Sets the secret that seals the rows of a [journal](Self::journal), for a client with a [signer](Self::signer). It is never
    /// sent. Keep it as long as the journal: the journal refuses rows under another secret.
    #[must_use]
    pub fn journal_secret(mut self, secret: impl Into<Secret>) -> Self {
        self.settings.journal_secret = Some(secret.into());
        self
    }

    /// Sets a value of the signature that the contract leaves to each client, by its name under `settings` of `x-signing`.
    #[must_use]
    pub fn signing_setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.signing_values.push((name.into(), value.into()));
        self
    }

    /// Sets the secret before the client secret, for a rotation during which the server may still expect it.
    #[must_use]
    pub fn previous_secret(mut self, secret: impl Into<SigningSecret>) -> Self {
        self.settings.previous_secret = Some(secret.into());
        self
    }

    /// Sets a source of the client's secrets instead of a fixed text: [`SecretFile`](crate::secret::SecretFile),
    /// [`SecretVariable`], or a source of your own. `client.reload()` loads from it again.
    #[must_use]
    pub fn secret_source(mut self, source: impl SecretSource) -> Self {
        self.settings.secret_source = Some(Arc::new(source));
        self.settings.client_secret = None;
        self
    }

    /// Adds a credential for one of the API's security schemes. Of two for the same scheme, the later one counts.
    #[must_use]
    pub fn credential(mut self, credential: Credential) -> Self {
        self.settings.credentials.push(credential);
        self
    }

    /// Adds a credential that the client used before. It is not sent any more; for an API without signatures, a
    /// [journal](Self::journal) uses it to verify the rows that were written under it.
    #[must_use]
    pub fn previous_credential(mut self, credential: Credential) -> Self {
        self.settings.previous_credentials.push(credential);
        self
    }

    /// Sends calls without credentials where the client has none, even if the contract requires some.
    #[must_use]
    pub fn anonymous(mut self) -> Self {
        self.settings.anonymous = true;
        self
    }

    /// Adds a header to every request. Its value never prints.
    #[must_use]
    pub fn default_header(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.settings.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the HTTP client.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.settings.transport = Some(Arc::new(transport));
        self
    }

    /// Sets the clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.settings.clock = Arc::new(clock);
        self
    }

    /// Sets the source of random bytes.
    #[must_use]
    pub fn nonces(mut self, nonces: impl NonceSource) -> Self {
        self.settings.nonces = Arc::new(nonces);
        self
    }

    /// Sets the retry policy.
    #[must_use]
    pub fn retry(mut self, policy: Policy) -> Self {
        self.settings.policy = policy;
        self
    }

    /// Sets the timeout of one attempt (default: 30 s).
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
        self
    }

    /// Sets the deadline of one call, with all its attempts and waits (default: 120 s).
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.settings.deadline = deadline;
        self
    }

    /// Sets the largest number of bytes that are read of an answer (default: 16 MiB).
    #[must_use]
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.settings.limits.bytes = bytes;
        self
    }

    /// Sets how many bytes of memory the decoding of an answer, an event or an item may take, besides its texts (default: 8
    /// MiB). The limit is at least three bytes for each byte of the document. More memory is an error that keeps the body.
    #[must_use]
    pub fn response_memory(mut self, bytes: usize) -> Self {
        self.settings.limits.memory = bytes;
        self
    }

    /// Sets whether the client checks requests against the contract's lengths, patterns, ranges, counts and conditions (default:
    /// `false`). It sends no request with a violation, and returns a [`Refusal::Invalid`](crate::Refusal::Invalid).
    ///
    /// Off by default: if the contract is stricter than the server, this check stops requests that the server accepts. The server
    /// checks in any case.
    #[must_use]
    pub fn validate_requests(mut self, validates: bool) -> Self {
        self.settings.validates = validates;
        self
    }

    /// Sets whether a list leaves out items that do not match the contract, such as one with an unexpected `null` (default: `false`). Otherwise
    /// one such item is an error of its page. `left_out` of the list returns the place of each, and the client logs it.
    ///
    /// Only lists of safe methods are lenient. Actions, single resources, deliveries and waits stay strict, and so do lists with `fresh` or
    /// within a lookup, because they decide about money. The client makes up no value.
    #[must_use]
    pub fn lenient_lists(mut self, is_lenient: bool) -> Self {
        self.settings.is_lenient = is_lenient;
        self
    }

    /// Sets the function that computes the hash to which an approval is bound.
    #[must_use]
    pub fn payload_hash<F>(mut self, hash: F) -> Self
    where
        F: Fn(&PayloadInputs<'_>) -> Result<String, DraftError> + Send + Sync + 'static,
    {
        self.settings.payload_hash = Some(Arc::new(hash));
        self
    }

    /// Sets the receiver of the measures of calls and attempts.
    #[must_use]
    pub fn metrics(mut self, metrics: impl Metrics) -> Self {
        self.settings.metrics = Some(Arc::new(metrics));
        self
    }

    /// Sets the journal, which records the intent of every action with an effect before it is sent, and its settlement
    /// afterwards.
    ///
    /// With a journal, `IdempotencyKey::new` may make the same key again after a crash: the journal knows what was sent under
    /// it.
    #[must_use]
    pub fn journal(mut self, journal: impl Journal) -> Builder<C> {
        self.settings.journal = Some(Arc::new(journal));
        Builder::of(self.settings)
    }
}
