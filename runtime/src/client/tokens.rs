//! Access tokens of client credentials and of users: the scopes of a call come in, a token goes out, from the cache or from the token endpoint.
//!
//! A request to the endpoint is a read, under the retry policy, the budget and the deadline of the call. It has no header of the
//! API, follows no redirect, and has no other credentials than those of the client for this scheme.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, USER_AGENT};
use http::{HeaderMap, Method};
use tracing::Instrument as _;

use super::attempt::TimedOut;
use super::core::Core;
use super::evaluate::afford;
use super::observe;
use super::settings::{Base, ConfigError, Location};
use crate::clock::Now;
use crate::outcome::{Ending, FailureAnswer, History, Role};
use crate::retry::{self, Change, Decision, RetryContext};
use crate::security::oauth::{
    ASSERTION_LIFE, AccessToken, AccessTokens, Approval, ClientTokens, Held, IsSecret, IssuedToken, Left, Need, Proof,
    Renewal, Response, TokenFailure, UnderWay, failure, issued,
};
use crate::security::{AccessTokenFuture, CredentialError, CredentialSource, Credentials, TokenClient};
use crate::signing::single_flight::{Flight, Turn};
use crate::transport::{self, Body, Chain, Gathered, ReadEnd, SendError, Transport, within};

/// Largest size of a response in bytes.
const LIMIT: usize = 1 << 20;

impl TokenClient for Core {
    fn transport(&self) -> &dyn Transport {
        &*self.shared().transport
    }

    fn access_token<'c>(
        &'c self,
        tokens: &'c ClientTokens,
        scopes: BTreeSet<String>,
        limit: Duration,
    ) -> AccessTokenFuture<'c> {
        Box::pin(async move {
            let base = &self.shared().addresses.base;
            let place = TokenAddress::of_tokens(base, tokens).map_err(TokenFailure::new)?;
            // The approval of a user has decided on the scopes.
            let scopes = if tokens.is_of_user() { BTreeSet::new() } else { scopes };
            let need = place.need(scopes);
            let mut waited = None;
            let decide =
                |cached: &mut AccessTokens, is_in_flight| cached.decide(&need, self.now(), is_in_flight, &mut waited);
            let turn = within(self.shared().transport.limit(limit), tokens.cache.turn(decide)).await;
            match turn.unwrap_or_else(|| Turn::Use(Err(out_of_time()))) {
                Turn::Use(result) => result,
                Turn::Renew(flight, renewal) => {
                    let Some(proof) = renewal.proof.clone() else {
                        return flight.lock().value.fail(renewal.current, unapproved(), self.now());
                    };
                    let span = observe::token_span(&place.origin);
                    let request = TokenCall {
                        core: self,
                        tokens,
                        place: &place,
                        proof,
                        limit,
                        read: issued,
                    };
                    request.exchange(flight, renewal, &need).instrument(span).await
                }
            }
        })
    }
}

impl Core {
    pub(super) fn now(&self) -> Now {
        Now {
            instant: self.instant(),
            seconds: self.local_seconds(),
        }
    }
}

/// Refuses client credentials whose token endpoint does not fit this base URL.
pub(super) fn check(base: &Base, credentials: &Credentials) -> Result<(), ConfigError> {
    for (scheme, source) in credentials.all() {
        let CredentialSource::Client(tokens) = source else {
            continue;
        };
        TokenAddress::of_tokens(base, tokens).map_err(|why| ConfigError::Credential {
            scheme: scheme.name.to_owned(),
            why: CredentialError::TokenUrl(why),
        })?;
    }
    Ok(())
}

/// Names of the two endpoints in messages.
const TOKENS: &str = "the token endpoint";
pub(super) const DEVICES: &str = "the device authorization endpoint";

/// The address of a token endpoint, or of a device authorization endpoint.
pub(super) struct TokenAddress {
    name: &'static str,
    pub(super) origin: String,
    target: String,
}

impl TokenAddress {
    pub(super) fn of_tokens(base: &Base, tokens: &ClientTokens) -> Result<Self, &'static str> {
        let (url, is_set) = tokens.url();
        Self::new(base, url, is_set, TOKENS)
    }

    /// Returns the need of a token of this endpoint.
    pub(super) fn need(&self, scopes: BTreeSet<String>) -> Need {
        Need {
            url: format!("{}{}", self.origin, self.target),
            scopes,
        }
    }

    /// Resolves the URL of an endpoint against the base URL (RFC 3986): a path replaces that of the base URL.
    pub(super) fn new(base: &Base, url: &str, is_set: bool, name: &'static str) -> Result<Self, &'static str> {
        if !url.contains("://") {
            if !url.starts_with('/') || url.starts_with("//") {
                return Err(
                    "its URL is neither absolute nor a path that begins with `/`; set it with `.token_url(..)`",
                );
            }
            return Ok(Self {
                name,
                origin: base.origin.clone(),
                target: super::settings::target_of_url(url)?,
            });
        }
        let Location {
            origin,
            target,
            loopback,
        } = Location::parse(url)?;
        if base.loopback && !loopback && !is_set {
            return Err(
                "the base URL is on this machine, and the token endpoint of the contract is not; set its URL with \
                 `.token_url(..)` (a device authorization also has `.device_url(..)`), or give the client a token",
            );
        }
        Ok(Self { name, origin, target })
    }
}

/// The requests for one token, or for the codes of a device authorization.
pub(super) struct TokenCall<'r, T> {
    pub(super) core: &'r Core,
    pub(super) tokens: &'r ClientTokens,
    pub(super) place: &'r TokenAddress,
    pub(super) proof: Proof,
    pub(super) limit: Duration,
    /// Reads the body of a success.
    pub(super) read: fn(IsSecret<'_>, &[u8]) -> Result<T, TokenFailure>,
}

/// One response, or the reason why there is none.
pub(super) struct Attempted<T> {
    pub(super) requested: Now,
    pub(super) ending: Ending,
    pub(super) headers: HeaderMap,
    pub(super) result: Result<T, TokenFailure>,
}

impl TokenCall<'_, IssuedToken> {
    /// Requests a token of all scopes so far, or of those of the call alone if the endpoint refuses the others.
    async fn exchange(
        &self,
        flight: Flight<'_, AccessTokens>,
        renewal: Renewal,
        need: &Need,
    ) -> Result<AccessToken, TokenFailure> {
        let began = self.core.instant();
        let mut scopes = renewal.scopes;
        let is_spare = renewal.current.is_some();
        let mut issued = self.issue(&scopes, began, is_spare).await;
        if scopes != need.scopes && matches!(&issued, Err(failure) if failure.has_code("invalid_scope")) {
            scopes.clone_from(&need.scopes);
            issued = self.issue(&scopes, began, is_spare).await;
        }
        let mut shared = flight.lock();
        // An approval during the request has replaced all tokens.
        let is_current = shared.value.is_current(&self.proof);
        if let Some(token) = shared.value.valid(need, self.core.now()).filter(|_| !is_current) {
            return Ok(token);
        }
        match issued {
            Ok(_) if !is_current => Err(TokenFailure {
                is_shared: false,
                ..TokenFailure::new("a user approved during the request: call again")
            }),
            Ok((issued, requested)) => {
                tracing::debug!(life = ?issued.life, "the token endpoint issued an access token");
                Ok(shared.value.keep(need, scopes, issued, requested))
            }
            Err(failure) => {
                tracing::warn!(error = failure.why, "the token endpoint issued no access token");
                let is_refresh = matches!(self.proof, Proof::Refresh(..));
                if is_refresh && is_current && failure.has_code("invalid_grant") {
                    shared.value.approval = Some(Approval::default());
                }
                shared.value.fail(renewal.current, failure, self.core.now())
            }
        }
    }
}

impl<T> TokenCall<'_, T> {
    /// Calls the endpoint until it answers, or until the policy stops. Returns the content of the response, and the instant of its
    /// request. `is_spare`: another token is valid, so that one attempt is enough.
    pub(super) async fn issue(
        &self,
        scopes: &BTreeSet<String>,
        began: std::time::Instant,
        is_spare: bool,
    ) -> Result<(T, Now), TokenFailure> {
        let core = self.core;
        let mut policy = core.shared().policy.clone();
        if is_spare {
            policy.attempts = 1;
        }
        let mut history = History::new();
        let mut is_paid = false;
        loop {
            let mut timeout = self.timeout(began)?;
            let request = if let Some(request) = self.proof.left().and_then(Left::take) {
                request
            } else {
                let assertion = self.assertion(timeout).await?;
                timeout = self.timeout(began)?;
                self.send(scopes, assertion)
            };
            let attempted = self.attempt(request, timeout).await;
            history.push(attempted.ending);
            let elapsed = core.instant().saturating_duration_since(began);
            let decision = retry::decide(&history, &policy, &self.context(&attempted, elapsed));
            let content = attempted.result.map(|content| (content, attempted.requested));
            let (Decision::Again { wait, change }, Err(_)) = (decision, &content) else {
                if !matches!(attempted.ending, Ending::NotSent | Ending::NoAnswer) {
                    core.shared().tokens.earn(policy.budget, is_paid);
                }
                return content;
            };
            if !afford(core, change) {
                return content;
            }
            is_paid = change == Change::Nothing;
            core.sleep(wait).await;
        }
    }

    /// Returns the time for one attempt.
    fn timeout(&self, began: std::time::Instant) -> Result<Duration, TokenFailure> {
        let elapsed = self.core.instant().saturating_duration_since(began);
        let timeout = self.core.shared().timeout.min(self.limit.saturating_sub(elapsed));
        if timeout.is_zero() {
            Err(out_of_time())
        } else {
            Ok(timeout)
        }
    }

    /// Signs a new assertion, if the client has a private key. One that takes half of its life is not used.
    async fn assertion(&self, timeout: Duration) -> Result<Option<String>, TokenFailure> {
        if !self.tokens.has_key() {
            return Ok(None);
        }
        let (core, place) = (self.core, self.place);
        let mut bytes = [0; 16];
        let random = core.shared().nonces.fill(&mut bytes);
        random.map_err(|error| TokenFailure::new(error.to_string()))?;
        let url = format!("{}{}", place.origin, place.target);
        let signing = self
            .tokens
            .assertion(&url, crate::clock::uuid(bytes), core.local_seconds());
        let limit = timeout.min(ASSERTION_LIFE / 2);
        let ended = within(core.shared().transport.limit(limit), signing).await;
        let is_late = || TokenFailure {
            is_shared: false,
            ..TokenFailure::new(format!("the signer gave no assertion within {limit:?}"))
        };
        ended.unwrap_or_else(|| Some(Err(is_late()))).transpose()
    }

    /// Returns what the decision depends on. The request of a token changes nothing, as that of a safe method.
    fn context(&self, attempted: &Attempted<T>, elapsed: Duration) -> RetryContext {
        RetryContext {
            elapsed,
            deadline: Some(self.limit),
            retry_after: retry::retry_after(&attempted.headers, || self.core.local_seconds()),
            tokens: self.core.shared().tokens.left(),
            random: self.core.random(),
            ..RetryContext::SAFE
        }
    }

    /// Sends one request, which the caller waits for or leaves.
    pub(super) fn send(&self, scopes: &BTreeSet<String>, assertion: Option<String>) -> UnderWay {
        let transport = Arc::clone(&self.core.shared().transport);
        let request = self.written(scopes, assertion.as_deref());
        UnderWay {
            requested: self.core.now(),
            assertion,
            response: Box::pin(async move { respond(&*transport, request?).await }),
        }
    }

    /// Reads the response to a request within `timeout`. A request whose proof works once outlives the caller, and a shorter timeout
    /// than that of the client.
    pub(super) async fn attempt(&self, request: UnderWay, timeout: Duration) -> Attempted<T> {
        let shared = self.core.shared();
        let mut held = Held::new(request, self.proof.left().cloned());
        let ended = within(shared.transport.limit(timeout), &mut held.request.response).await;
        let requested = held.request.requested;
        let age = requested.age(self.core.now());
        if ended.is_some() || timeout.max(age) >= shared.timeout {
            held.end();
        }
        match ended.unwrap_or_else(|| Err(SendError::Unknown(Box::new(TimedOut(timeout))))) {
            Ok((parts, body)) => self.read(requested, parts, &body, held.request.assertion.as_deref()),
            Err(error) => self.unanswered(requested, &error),
        }
    }

    fn unanswered(&self, requested: Now, error: &SendError) -> Attempted<T> {
        let ending = match error {
            SendError::NotSent(_) => Ending::NotSent,
            SendError::Unknown(_) => Ending::NoAnswer,
        };
        let (name, origin) = (self.place.name, &self.place.origin);
        let failure = TokenFailure::new(format!("{name} {origin} did not answer: {}", Chain(error)));
        Attempted {
            requested,
            ending,
            headers: HeaderMap::new(),
            result: Err(failure),
        }
    }

    fn read(
        &self,
        requested: Now,
        parts: http::response::Parts,
        body: &Bytes,
        assertion: Option<&str>,
    ) -> Attempted<T> {
        let status = parts.status.as_u16();
        let is_success = parts.status.is_success();
        let is_secret = |text: &str| {
            self.tokens.is_secret(text)
                || self.proof.is_secret(text)
                || assertion.is_some_and(|assertion| reveals(text, assertion))
        };
        let ending = if is_success {
            Ending::Success
        } else {
            Ending::Answer(FailureAnswer {
                status,
                is_declared: false,
                needs_row: false,
                is_challenge: false,
                code: None,
                row: None,
                id_at: None,
                role: Role::Plain,
                replayed: false,
                advice: crate::problem::RetryAdvice::Unstated,
                creates: false,
            })
        };
        let result = if is_success {
            (self.read)(&is_secret, body)
        } else {
            Err(failure(self.place.name, &is_secret, status, body))
        };
        Attempted {
            requested,
            ending,
            headers: parts.headers,
            result,
        }
    }

    /// Writes the request (RFC 6749, section 4.4.2).
    fn written(&self, scopes: &BTreeSet<String>, assertion: Option<&str>) -> Result<http::Request<Body>, SendError> {
        let scopes = scopes.iter().map(String::as_str);
        let form = self.tokens.form(&self.place.target, &self.proof, scopes, assertion);
        let uri = http::Uri::try_from([self.place.origin.as_str(), &self.place.target].concat())
            .map_err(|error| SendError::NotSent(error.into()))?;
        let length = form.len();
        let mut request = http::Request::new(Body::from_bytes(form.into_bytes()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = uri;
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        headers.insert(USER_AGENT, self.core.shared().user_agent.clone());
        if length == 0 {
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        if let Some(value) = self.tokens.authorization() {
            headers.insert(AUTHORIZATION, value);
        }
        transport::request_codings(headers);
        Ok(request)
    }
}

/// Sends a request, and reads its response up to the limit of the size.
async fn respond(transport: &dyn Transport, request: http::Request<Body>) -> Result<Response, SendError> {
    let response = transport.send(request).await?;
    let (mut parts, incoming) = response.into_parts();
    let mut incoming = transport::decode(&Method::POST, &mut parts, incoming);
    let mut body = Gathered::default();
    match transport::read_body(&mut incoming, LIMIT, &mut body).await {
        ReadEnd::CutOff(cause) => Err(SendError::Unknown(cause)),
        ReadEnd::Whole | ReadEnd::TooLarge => Ok((parts, body.into_bytes())),
    }
}

/// Returns true for a text with a part of an assertion, also one that the endpoint shortened, split or encoded.
fn reveals(text: &str, assertion: &str) -> bool {
    let is_digit = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let digits: String = text.chars().filter(is_digit).collect();
    let mut parts = assertion.split('.').map(|part| part.get(..16).unwrap_or(part));
    parts.any(|part| digits.contains(part))
}

/// The user has not approved, or the approval has ended.
fn unapproved() -> TokenFailure {
    TokenFailure::new("the client has no approval of a user: start a device authorization, and wait for it")
}

/// The time of one call ended: others may still wait.
fn out_of_time() -> TokenFailure {
    TokenFailure {
        is_shared: false,
        ..TokenFailure::new("its timeout or deadline passed before the token endpoint issued one")
    }
}
