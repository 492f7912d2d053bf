//! Device authorization of OAuth 2 (RFC 8628): a client without a browser shows a code, its user approves on another device, and
//! access tokens go to the calls.
//!
//! Polls no faster than the server allows. The device code and the tokens must never print.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tracing::Instrument as _;

use super::core::Core;
use super::observe;
use super::tokens::{DEVICES, TokenAddress, TokenCall};
use crate::clock::Now;
use crate::json::JsonValue;
use crate::outcome::Ending;
use crate::retry;
use crate::secret::Secret;
use crate::security::oauth::{
    ClientTokens, IsSecret, Left, Proof, TokenFailure, UnderWay, failure_with, issued, read_document, read_seconds,
};
use crate::security::{Credential, TokenEndpoint};

/// Increase of the interval after `slow_down` (RFC 8628, section 3.5).
const SLOWER: Duration = Duration::from_secs(5);
/// Most doublings of the interval while the endpoint does not answer.
const DOUBLINGS: u32 = 4;
/// Life of codes whose response has none.
const UNKNOWN_LIFE: Duration = Duration::from_secs(5 * 60);
/// Time between two polls, if the response has none.
const INTERVAL: Duration = Duration::from_secs(5);
/// Shortest time between two polls.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);

/// The device authorization of one user (RFC 8628). Clones share the tokens of the user.
#[derive(Clone)]
pub struct DeviceFlow {
    scheme: &'static str,
    /// URL of the device authorization endpoint in the contract.
    contract_url: &'static str,
    /// Another URL than the contract's.
    url: Option<String>,
    tokens: Arc<ClientTokens>,
}

impl DeviceFlow {
    /// Creates the flow of a public client. Generated code calls it.
    pub fn new(
        scheme: &'static str,
        url: &'static str,
        tokens: &'static TokenEndpoint,
        client_id: impl Into<String>,
    ) -> Self {
        Self {
            scheme,
            contract_url: url,
            url: None,
            tokens: Arc::new(ClientTokens::of_user(tokens, client_id.into())),
        }
    }

    /// Sets the secret of a confidential client.
    #[must_use]
    pub fn client_secret(self, secret: impl Into<Secret>) -> Self {
        let tokens = Arc::new(self.tokens.with_secret(secret.into()));
        Self { tokens, ..self }
    }

    /// Sets another URL of the device authorization endpoint than the contract's.
    #[must_use]
    pub fn device_url(self, url: impl Into<String>) -> Self {
        Self {
            url: Some(url.into()),
            ..self
        }
    }

    /// Sets another URL of the token endpoint than the contract's, also for refresh tokens.
    #[must_use]
    pub fn token_url(self, url: impl Into<String>) -> Self {
        let tokens = Arc::new(self.tokens.at(url.into()));
        Self { tokens, ..self }
    }

    /// Sets the refresh token of an earlier approval, so that the user need not approve again.
    #[must_use]
    pub fn with_refresh_token(self, token: impl Into<Secret>) -> Self {
        let tokens = Arc::new(self.tokens.with_refresh(token.into()));
        Self { tokens, ..self }
    }

    /// Returns the text of the current refresh token, which is a secret, to be stored for the next start of the application. Each
    /// renewal may replace it.
    pub fn expose_refresh_token(&self) -> Option<String> {
        let cache = self.tokens.cache.lock();
        let token = cache.value.approval.as_ref()?.refresh.as_ref()?;
        Some(token.expose().to_owned())
    }

    /// Returns the credential with the tokens of this user, for a client or a call.
    pub fn credential(&self) -> Credential {
        Credential::of_user(self.scheme, Arc::clone(&self.tokens))
    }

    /// Requests the codes for one approval. `scopes` are those that the user approves; without any, the server decides.
    ///
    /// # Errors
    ///
    /// [`DeviceError::Failed`] if the endpoint returns no codes within the timeout of the client.
    pub async fn start(&self, client: &impl AsRef<Core>, scopes: &[&str]) -> Result<DeviceAuthorization, DeviceError> {
        let core = client.as_ref();
        let base = &core.shared().addresses.base;
        let url = self.url.as_deref();
        let place = TokenAddress::new(base, url.unwrap_or(self.contract_url), url.is_some(), DEVICES);
        let unusable = |why| DeviceError::Failed(format!("no device authorization is possible: {why}"));
        let token_place = TokenAddress::of_tokens(base, &self.tokens).map_err(unusable)?;
        let call = TokenCall {
            core,
            tokens: &self.tokens,
            place: &place.map_err(unusable)?,
            proof: Proof::Client,
            limit: core.shared().timeout,
            read: started,
        };
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let codes = call.issue(&scopes, core.instant(), false);
        let codes = codes.instrument(observe::token_span(&call.place.origin)).await;
        let (codes, requested) = codes.map_err(|failure| DeviceError::Failed(failure.why))?;
        Ok(DeviceAuthorization {
            core: core.clone(),
            tokens: Arc::clone(&self.tokens),
            place: token_place,
            interval: codes.interval,
            retry_after: Duration::ZERO,
            failures: 0,
            left: Left::default(),
            codes,
            requested,
            polled: requested,
        })
    }
}

impl std::fmt::Debug for DeviceFlow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DeviceFlow({:?}, [REDACTED])", self.scheme)
    }
}

/// A device authorization that waits for its user.
#[must_use = "the user sees its code, and `wait` gets the tokens"]
pub struct DeviceAuthorization {
    core: Core,
    tokens: Arc<ClientTokens>,
    /// The token endpoint.
    place: TokenAddress,
    codes: StartedDevice,
    requested: Now,
    /// The last poll, or else the request of the codes.
    polled: Now,
    interval: Duration,
    /// Wait that the last response requires.
    retry_after: Duration,
    /// Polls without a response, one after the other.
    failures: u32,
    /// The poll of a `wait` that was dropped.
    left: Left,
}

impl DeviceAuthorization {
    /// Returns the code that the user enters.
    pub fn user_code(&self) -> &str {
        &self.codes.user_code
    }

    /// Returns the page where the user enters the code.
    pub fn verification_uri(&self) -> &str {
        &self.codes.verification_uri
    }

    /// Returns the page that already has the code, for a QR code.
    pub fn verification_uri_complete(&self) -> Option<&str> {
        self.codes.verification_uri_complete.as_deref()
    }

    /// Returns the time until the codes expire.
    pub fn expires_in(&self) -> Duration {
        self.codes.life.saturating_sub(self.requested.age(self.core.now()))
    }

    /// Polls the token endpoint until the user decides. Then the calls of the credential have their tokens.
    ///
    /// If its future is dropped, `wait` can be called again: it reads the response to the last poll first.
    ///
    /// # Errors
    ///
    /// [`DeviceError::Denied`] if the user denies, [`DeviceError::Expired`] if the codes expire, [`DeviceError::Failed`] if the
    /// endpoint refuses the client. A poll without a response is none: the next one follows later.
    pub async fn wait(&mut self) -> Result<(), DeviceError> {
        loop {
            let begun = self.left.take();
            if begun.is_none() {
                let left = self.expires_in();
                let pause = self.interval.saturating_mul(1 << self.failures.min(DOUBLINGS));
                let pause = pause.max(self.retry_after);
                // A wait that was dropped counts.
                let pause = pause.saturating_sub(self.polled.age(self.core.now()));
                self.core.sleep(pause.min(left)).await;
                if self.expires_in().is_zero() || pause > left {
                    return Err(DeviceError::Expired);
                }
            }
            if let Some(end) = self.poll(begun).await {
                return end;
            }
        }
    }

    /// Polls once, or ends a poll that has begun, and adapts the pace; `None` while the user has not decided.
    async fn poll(&mut self, begun: Option<UnderWay>) -> Option<Result<(), DeviceError>> {
        let (core, place) = (&self.core, &self.place);
        let limit = core.shared().timeout;
        let call = TokenCall {
            core,
            tokens: &self.tokens,
            place,
            proof: Proof::DeviceCode(self.codes.device_code.clone(), self.left.clone()),
            limit,
            read: issued,
        };
        let scopes = BTreeSet::new();
        let request = begun.unwrap_or_else(|| call.send(&scopes, None));
        self.polled = request.requested;
        let answer = call.attempt(request, limit);
        let answer = answer.instrument(observe::token_span(&place.origin)).await;
        self.polled = core.now();
        self.retry_after = retry::retry_after(&answer.headers, || core.local_seconds()).unwrap_or_default();
        let failure = match answer.result {
            Ok(token) => {
                let mut cache = self.tokens.cache.lock();
                cache.value.approve(&place.need(scopes), token, answer.requested);
                return Some(Ok(()));
            }
            Err(failure) => failure,
        };
        let failures = std::mem::take(&mut self.failures);
        match (failure.code.as_deref(), answer.ending) {
            (Some("authorization_pending"), _) => {}
            (Some("slow_down"), _) => self.interval = self.interval.saturating_add(SLOWER),
            (Some("access_denied"), _) => return Some(Err(DeviceError::Denied)),
            (Some("expired_token"), _) => return Some(Err(DeviceError::Expired)),
            (_, Ending::NotSent | Ending::NoAnswer) => self.failures = failures.saturating_add(1),
            (_, Ending::Answer(answer)) if matches!(answer.status, 408 | 429 | 500..) => {
                self.failures = failures.saturating_add(1);
            }
            _ => return Some(Err(DeviceError::Failed(failure.why))),
        }
        None
    }
}

impl std::fmt::Debug for DeviceAuthorization {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeviceAuthorization")
            .field("verification_uri", &self.codes.verification_uri)
            .field("expires_in", &self.expires_in())
            .finish_non_exhaustive()
    }
}

/// The reason why a device authorization has no tokens. Contains no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DeviceError {
    /// The user denied it.
    #[error("the user denied the authorization")]
    Denied,
    /// The codes expired before the user approved.
    #[error("the codes of the authorization expired before the user approved it: start another one")]
    Expired,
    /// An endpoint refused the client, or is not reachable.
    #[error("{0}")]
    Failed(String),
}

/// A device authorization as the endpoint starts it. Must never print the device code: it gets the token of the user.
struct StartedDevice {
    device_code: Secret,
    user_code: String,
    verification_uri: String,
    verification_uri_complete: Option<String>,
    /// Time of use, since the request.
    life: Duration,
    /// Time between two polls.
    interval: Duration,
}

/// Reads the codes and their times in a response of success (RFC 8628, section 3.2).
fn started(is_secret: IsSecret<'_>, body: &[u8]) -> Result<StartedDevice, TokenFailure> {
    let document = read_document(body);
    let missing = |name: &str| {
        let what = format!("the device authorization endpoint answered with success, but without a usable `{name}`");
        failure_with(is_secret, document.as_ref(), &what)
    };
    let member = |name: &str| document.as_ref()?.get(name);
    // The application shows the texts, often in a terminal.
    let text = |name: &str| {
        let text = member(name).and_then(JsonValue::as_str);
        text.filter(|text| !text.trim().is_empty() && !text.chars().any(char::is_control))
    };
    let needed = |name: &str| text(name).ok_or_else(|| missing(name));
    Ok(StartedDevice {
        device_code: Secret::new(needed("device_code")?),
        user_code: needed("user_code")?.to_owned(),
        verification_uri: needed("verification_uri")?.to_owned(),
        verification_uri_complete: text("verification_uri_complete").map(str::to_owned),
        life: member("expires_in").and_then(read_seconds).unwrap_or(UNKNOWN_LIFE),
        interval: member("interval")
            .and_then(read_seconds)
            .map_or(INTERVAL, |interval| interval.max(SHORTEST_INTERVAL)),
    })
}
