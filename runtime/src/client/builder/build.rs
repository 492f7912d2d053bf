//! Builds a client from its settings. Every setting is checked here: no call may fail because of a setting that cannot be used.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::{Builder, ClientSettings, JournalDecided};
use crate::client::core::{ClientIdentity, ClientShared, Core, Time};
use crate::client::sent::{Creations, RequestIds, UnknownKeys};
use crate::client::settings::{Addresses, Base, ConfigError, MissingSetting, ServerOverrides, shown, unrepeated};
use crate::client::tokens;
use crate::description::Api;
use crate::exchange::CallAccount;
use crate::journal::Seal;
use crate::retry::Tokens;
use crate::secret::{ClientSecrets, KeyRing, Secret, beside};
use crate::security::{Credential, Credentials, SchemeKind};
use crate::signing::{HeaderNames, SignatureRules, SignedValue, SigningSetting};
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

impl ClientSettings {
    /// Lists the settings that are needed and not there.
    fn missing(&self) -> Vec<MissingSetting> {
        let names = &self.api.environment;
        let has_secret = self.client_secret.is_some() || self.secret_source.is_some() || self.signer.is_some();
        let alone = self.api.schemes.iter().all(|scheme| scheme.kind == SchemeKind::Signing);
        let signs = self.api.signing.filter(|_| has_secret || (alone && !self.anonymous));
        let has_id = self.client_id.is_some() || !signs.is_some_and(SignatureRules::has_client_id);
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
        let settings = signs.into_iter().flat_map(|signing| signing.settings).map(|setting| {
            let is_given = self.signing_values.iter().any(|(name, _)| name == setting.name);
            missing(
                setting.required && !is_given,
                setting.name,
                issued(),
                "signing_setting",
                setting.environment,
            )
        });
        let others = [
            missing(self.base_url.is_none(), "base URL", address, "base_url", names.base_url),
            missing(!has_id, "client id", issued(), "client_id", names.client_id),
            missing(
                signs.is_some_and(|signing| signing.secret.is_some()) && !has_secret,
                "client secret",
                issued(),
                "client_secret",
                names.client_secret,
            ),
            missing(
                signs.is_some_and(|signing| signing.secret.is_none()) && self.signer.is_none(),
                "key pair that signs",
                format!("is registered at {}", self.api.name),
                "signer",
                None,
            ),
            missing(
                cfg!(not(feature = "reqwest")) && self.transport.is_none(),
                "HTTP client",
                client,
                "transport",
                None,
            ),
        ];
        others.into_iter().chain(settings).flatten().collect()
    }

    /// Checks the signer against the contract, and the secret of its journal.
    fn check_signer(&self) -> Result<(), ConfigError> {
        let Some(signer) = &self.signer else { return Ok(()) };
        let refused = |why: &str| Err(ConfigError::Signer(why.to_owned()));
        let Some((signing, pair)) = self.api.signing.and_then(|signing| Some((signing, signing.key_pair?))) else {
            return refused("the contract has no signature by key pairs");
        };
        if self.client_secret.is_some() || self.secret_source.is_some() {
            return refused("the client has a secret, too; keep one of them");
        }
        if let Err(error) = signer.key().choose(pair.algorithms) {
            return Err(ConfigError::Signer(error.to_string()));
        }
        if signing.covers(SignedValue::KeyId) && signer.key().key_id().is_none_or(str::is_empty) {
            return refused("its key has no id, which the signature contains: call `.with_key_id(..)` of the key");
        }
        if self.journal.is_some() && self.journal_secret.is_none() {
            return Err(ConfigError::JournalSecret);
        }
        Ok(())
    }

    /// Returns the base URL, if the paths of the contract do not repeat its end.
    fn base(&self, url: &str) -> Result<Base, ConfigError> {
        let variable = self.api.environment.base_url;
        let base = Base::parse(url).map_err(|why| ConfigError::BaseUrl {
            url: shown(url),
            why,
            variable,
        })?;
        if let Some(prefix) = unrepeated(&base.prefix, self.api.paths, &self.prefixes(&base)) {
            let (url, write) = (shown(url), format!("{}{prefix}", base.origin));
            return Err(ConfigError::Repeated { url, write, variable });
        }
        Ok(base)
    }

    /// Returns the prefixes of the servers of the contract, and that of the base URL if it may repeat a path.
    fn prefixes(&self, base: &Base) -> Vec<String> {
        let servers = self.api.servers.iter();
        let servers = servers.filter_map(|server| Some(Base::parse(server).ok()?.prefix));
        servers.chain(self.repeats_path.then(|| base.prefix.clone())).collect()
    }

    /// Reads the keys of the client from its source, or from the given secrets; `None` without both.
    fn ring(&mut self) -> Result<Option<KeyRing>, ConfigError> {
        let Some(form) = self.api.signing.and_then(|signing| signing.secret) else {
            return Ok(None);
        };
        let previous = self.previous_secret.take();
        let ring = match (self.secret_source.take(), self.client_secret.take()) {
            (Some(source), _) => KeyRing::from_source(beside(source, previous), form),
            (None, Some(active)) => KeyRing::from_secrets(&ClientSecrets { active, previous }, form),
            (None, None) => return Ok(None),
        };
        let variable = self.api.environment.client_secret;
        ring.map(Some).map_err(|error| ConfigError::of_secret(error, variable))
    }

    /// Returns the given HTTP client, or the default one.
    fn transport(&mut self, base: &Base) -> Result<Arc<dyn Transport>, ConfigError> {
        match self.transport.take() {
            Some(transport) => Ok(transport),
            None if !TLS && base.origin.starts_with("https:") => {
                let why = "it has no TLS for a base URL with `https`: switch on the feature `tls-aws-lc`";
                Err(ConfigError::Transport(why.into()))
            }
            None => default_transport(base.loopback),
        }
    }

    fn core(mut self) -> Result<Core, ConfigError> {
        let missing = self.missing();
        let Some(url) = self.base_url.take().filter(|_| missing.is_empty()) else {
            return Err(ConfigError::Missing(missing));
        };
        self.check_signer()?;
        let base = self.base(&url)?;
        let servers = self.prefixes(&base);
        let ring = self.ring()?;
        check_client_id(self.client_id.as_deref())?;
        let user_agent =
            HeaderValue::try_from(self.api.user_agent).map_err(|_| ConfigError::Header("the user agent".into()))?;
        let transport = self.transport(&base)?;
        transport.serves(self.api);
        let signing_settings = signing_settings(self.api, &self.signing_values)?;
        let credentials = checked(self.api, self.credentials)?;
        let previous = checked(self.api, self.previous_credentials)?;
        tokens::check(&base, &credentials)?;
        let seal = Seal::from_secrets(credentials.secrets().chain(previous.secrets()));
        let seal = match &self.journal_secret {
            Some(secret) => Seal::from_secrets([secret.expose().as_bytes()]),
            None => seal,
        };
        Ok(Core::new(ClientShared {
            names: HeaderNames::new(names(self.api)),
            request_ids: RequestIds::new(&base.url(), self.client_id.as_deref()),
            account: CallAccount::new(base.url(), self.client_id.as_deref(), &credentials),
            api: self.api,
            addresses: Addresses {
                overrides: ServerOverrides::new(self.api, &base, &self.servers)?,
                base,
                servers,
            },
            identity: ClientIdentity {
                client_id: self.client_id,
                signing_settings,
                ring,
                signer: self.signer,
                credentials,
                seal,
                anonymous: self.anonymous,
            },
            headers: headers(self.api, self.headers)?,
            user_agent,
            transport,
            time: Time::new(self.clock),
            nonces: self.nonces,
            tokens: Tokens::new(self.policy.budget),
            unknown_keys: UnknownKeys::default(),
            created: Creations::default(),
            lookups: AtomicUsize::default(),
            policy: self.policy,
            timeout: self.timeout,
            deadline: self.deadline,
            limits: self.limits,
            validates: self.validates,
            is_lenient: self.is_lenient,
            payload_hash: self.payload_hash,
            metrics: self.metrics,
            journal: self.journal,
        }))
    }
}

/// Refuses a client id that no header can have.
fn check_client_id(id: Option<&str>) -> Result<(), ConfigError> {
    if id.is_some_and(|id| id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_graphic())) {
        let what = "the client id (empty, or with a space, a line break or a character beyond ASCII)";
        return Err(ConfigError::Header(what.into()));
    }
    Ok(())
}

/// Returns the settings of the signature by their names; an absent one is empty.
fn signing_settings(api: &'static Api, given: &[(String, String)]) -> Result<Vec<(&'static str, String)>, ConfigError> {
    let known = api.signing.map_or(&[][..], |signing| signing.settings);
    for (name, value) in given {
        if known.iter().all(|setting| setting.name != name) {
            let names: Vec<_> = known.iter().map(|setting| setting.name).collect();
            return Err(ConfigError::SigningSetting {
                name: name.clone(),
                why: format!("the contract has no such setting, but [{}]", names.join(", ")),
            });
        }
        if value.is_empty() || value.chars().any(char::is_control) {
            return Err(ConfigError::SigningSetting {
                name: name.clone(),
                why: "it is empty, or has a control character".to_owned(),
            });
        }
    }
    let value = |setting: &SigningSetting| {
        let given = given.iter().rev().find(|(name, _)| name == setting.name);
        (setting.name, given.map(|(_, value)| value.clone()).unwrap_or_default())
    };
    Ok(known.iter().map(value).collect())
}

fn checked(api: &'static Api, given: Vec<Credential>) -> Result<Credentials, ConfigError> {
    Credentials::new(api.schemes, given).map_err(|(scheme, why)| ConfigError::Credential { scheme, why })
}

#[cfg(feature = "reqwest")]
fn default_transport(loopback: bool) -> Result<Arc<dyn Transport>, ConfigError> {
    use crate::transport::ReqwestTransport;
    let made = if loopback {
        ReqwestTransport::loopback()
    } else {
        ReqwestTransport::new()
    };
    Ok(Arc::new(made.map_err(|error| ConfigError::Transport(error.into()))?))
}

#[cfg(not(feature = "reqwest"))]
fn default_transport(_: bool) -> Result<Arc<dyn Transport>, ConfigError> {
    Err(ConfigError::Transport("there is none".into()))
}

/// Lists the headers that each attempt writes.
fn names(api: &'static Api) -> impl Iterator<Item = &'static str> {
    let key = api.idempotency.and_then(|keys| keys.header);
    let others = [api.request_id_header, key].into_iter().flatten();
    others.chain(api.signing.into_iter().flat_map(SignatureRules::headers))
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
            assert!(told.contains(&format!("write `{write}`, or call")), "{url}: {told}");
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
