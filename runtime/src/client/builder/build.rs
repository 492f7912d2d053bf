//! Builds a client from its settings. Every setting is checked here: no call may fail because of a setting that cannot be used.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::{Builder, JournalDecided, Settings};
use crate::client::base::{Addresses, Base, ServerOverrides, shown, unrepeated};
use crate::client::config_error::{ConfigError, MissingSetting};
use crate::client::core::{Core, Identity, Shared, Time};
use crate::client::sent::{SentIds, UnknownKeys};
#[cfg(feature = "oauth")]
use crate::client::tokens;
use crate::clock::Skew;
use crate::clock::Steady;
use crate::description::Api;
use crate::exchange::Account;
use crate::journal::Seal;
use crate::retry::Tokens;
use crate::secret::{ClientSecrets, KeyRing, KeyRingError, Secret, SecretForm, SecretSource, SigningSecret, beside};
#[cfg(feature = "credentials")]
use crate::security::Credential;
use crate::security::{Credentials, SchemeKind};
use crate::signing::HeaderNames;
use crate::transport::Transport;

/// `true` if the HTTP client of this build has TLS.
const TLS: bool = cfg!(any(feature = "tls-aws-lc", feature = "tls-none"));

impl<C: From<Core>, J> Builder<C, J> {
    /// Builds the client, or returns all settings that are missing, or the first one that cannot be used.
    pub fn build(self) -> Result<C, ConfigError>
    where
        J: JournalDecided,
    {
        self.settings.core().map(C::from)
    }
}

impl Settings {
    /// Lists the settings that are needed and not there.
    fn missing(&self) -> Vec<MissingSetting> {
        let names = &self.api.environment;
        let has_secret = self.client_secret.is_some() || self.secret_source.is_some();
        let alone = self.api.schemes.iter().all(|scheme| scheme.kind == SchemeKind::Signing);
        let signs = self.api.signing.filter(|_| has_secret || (alone && !self.anonymous));
        let has_id = self.client_id.is_some() || signs.is_none_or(|signing| signing.client_id_header.is_none());
        let address = match self.api.servers {
            [] => format!("the address of {}", self.api.name),
            servers => format!("the contract names {}", servers.join(" and ")),
        };
        let issued = || format!("comes with an account of {}", self.api.name);
        let missing = |is_missing: bool, what, source, setter, variable| {
            is_missing.then_some(MissingSetting {
                what,
                source,
                setter,
                variable,
            })
        };
        let client = "the `reqwest` feature, or your `Transport`".to_owned();
        [
            missing(self.base_url.is_none(), "base URL", address, "base_url", names.base_url),
            missing(!has_id, "client id", issued(), "client_id", names.client_id),
            missing(
                signs.is_some() && !has_secret,
                "client secret",
                issued(),
                "client_secret",
                names.client_secret,
            ),
            missing(
                cfg!(not(feature = "reqwest")) && self.transport.is_none(),
                "HTTP client",
                client,
                "transport",
                None,
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn core(self) -> Result<Core, ConfigError> {
        let missing = self.missing();
        let (Some(url), true) = (self.base_url, missing.is_empty()) else {
            return Err(ConfigError::Missing(missing));
        };
        let variables = &self.api.environment;
        let base = Base::parse(&url).map_err(|why| ConfigError::BaseUrl {
            url: shown(&url),
            why,
            variable: variables.base_url,
        })?;
        let servers = self.api.servers.iter();
        let servers: Vec<String> = servers
            .filter_map(|server| Some(Base::parse(server).ok()?.prefix))
            .collect();
        if let Some(prefix) = unrepeated(&base.prefix, self.api.paths, &servers) {
            let (url, write) = (shown(&url), format!("{}{prefix}", base.origin));
            let variable = variables.base_url;
            return Err(ConfigError::Repeated { url, write, variable });
        }
        let ring = self.api.signing.map(|signing| {
            ring(
                signing.secret,
                self.secret_source,
                self.client_secret,
                self.previous_secret,
            )
        });
        let ring = ring
            .transpose()
            .map_err(|error| ConfigError::of_secret(error, variables.client_secret))?
            .flatten();
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
            None if !TLS && base.origin.starts_with("https:") => {
                let why = "it has no TLS for a base URL with `https`: switch on the feature `tls-aws-lc`";
                return Err(ConfigError::Transport(why.into()));
            }
            None => default_transport(base.loopback)?,
        };
        transport.serves(self.api);
        #[cfg(feature = "credentials")]
        let [credentials, previous] = [
            checked(self.api, self.credentials)?,
            checked(self.api, self.previous_credentials)?,
        ];
        #[cfg(not(feature = "credentials"))]
        let [credentials, previous] = [Credentials, Credentials];
        #[cfg(feature = "oauth")]
        tokens::check(&base, &credentials)?;
        let seal = Seal::from_secrets(credentials.secrets().chain(previous.secrets()));
        Ok(Core::new(Shared {
            names: HeaderNames::new(names(self.api)),
            account: Account::new(base.url(), self.client_id.as_deref(), &credentials),
            api: self.api,
            addresses: Addresses {
                overrides: ServerOverrides::of(self.api, &base, &self.servers)?,
                base,
                servers,
            },
            identity: Identity {
                client_id: self.client_id,
                ring,
                credentials,
                seal,
                anonymous: self.anonymous,
            },
            headers: headers(self.api, self.headers)?,
            user_agent,
            transport,
            time: Time {
                steady: Steady::new(&*self.clock),
                clock: self.clock,
                skew: Skew::new(),
            },
            nonces: self.nonces,
            tokens: Tokens::of(self.policy.budget),
            sent_ids: SentIds::default(),
            unknown_keys: UnknownKeys::default(),
            policy: self.policy,
            timeout: self.timeout,
            deadline: self.deadline,
            limits: self.limits,
            #[cfg(feature = "validation")]
            validates: self.validates,
            #[cfg(feature = "drafts")]
            payload_hash: self.payload_hash,
            metrics: self.metrics,
            journal: self.journal,
        }))
    }
}

/// Reads the keys of the client from its source, or from the given secrets; `None` without both.
fn ring(
    form: SecretForm,
    source: Option<Arc<dyn SecretSource>>,
    active: Option<SigningSecret>,
    previous: Option<SigningSecret>,
) -> Result<Option<KeyRing>, KeyRingError> {
    match (source, active) {
        (Some(source), _) => KeyRing::from_source(beside(source, previous), form).map(Some),
        (None, Some(active)) => KeyRing::of(&ClientSecrets { active, previous }, form).map(Some),
        (None, None) => Ok(None),
    }
}

#[cfg(feature = "credentials")]
fn checked(api: &'static Api, given: Vec<Credential>) -> Result<Credentials, ConfigError> {
    Credentials::of(api.schemes, given).map_err(|(scheme, why)| ConfigError::Credential { scheme, why })
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
    Err(ConfigError::Transport("there is none".into()))
}

/// Lists the headers that each attempt writes.
fn names(api: &'static Api) -> impl Iterator<Item = &'static str> {
    let key = api.idempotency.and_then(|keys| keys.header);
    let others = [api.request_id_header, key].into_iter().flatten();
    others.chain(api.signing.into_iter().flat_map(HeaderNames::of))
}

fn headers(api: &Api, pairs: Vec<(String, Secret)>) -> Result<HeaderMap, ConfigError> {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        if api.owns_header(&name) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Builder;
    use crate::testing::Script;

    static API: Api = Api {
        paths: "/partner/v1",
        servers: &["https://api.example.com", "https://example.com/gate"],
        ..Api::new("Things", "test/1")
    };

    #[test]
    fn a_base_url_that_repeats_what_the_contract_says_itself_is_refused_at_build_with_what_to_write() {
        let build = |url: &str| {
            let builder = Builder::<Core, _>::new(&API)
                .without_journal()
                .base_url(url)
                .transport(Script::new([]));
            builder.build().map(|_| ()).map_err(|error| error.to_string())
        };
        for (url, write) in [
            ("https://api.example.com/partner/v1", "https://api.example.com"),
            ("https://API.example.com:443/partner/v1/", "https://api.example.com"),
            ("https://api.example.com/partner", "https://api.example.com"),
            ("https://proxy.example.net/x/partner/v1", "https://proxy.example.net/x"),
            ("https://example.com/gate/gate", "https://example.com/gate"),
        ] {
            let told = build(url).unwrap_err();
            assert!(told.ends_with(&format!("write `{write}`")), "{url}: {told}");
            assert_eq!(build(write), Ok(()));
        }
        for url in [
            "https://example.com/gate",
            "https://api.example.com/v1",
            "https://api.example.com/xpartner",
        ] {
            assert_eq!(build(url), Ok(()), "{url}");
        }
    }
}
