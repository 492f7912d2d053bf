//! Cached access tokens: the need of a call comes in, a valid token or the duty to request one goes out.
//!
//! At most one call requests a token; the others wait for it, or use the token that is still valid. A token is never used past
//! its end by either of two clocks: one stops while the machine sleeps, the other one can change. A request whose proof works once stays
//! for the next caller, if its own leaves before the response.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use sdkwright_signing::single_flight::Step;

use crate::clock::Now;
use crate::parameter::encode;
use crate::secret::Secret;
use crate::transport::SendError;

/// Value of `grant_type` (RFC 8628, section 3.4).
const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// Shortest time before its end at which the client renews a token, unless that is half of its life or more.
const MARGIN: Duration = Duration::from_secs(30);
/// Life of a token whose response has none.
const UNKNOWN_LIFE: Duration = Duration::from_secs(5 * 60);
/// Shortest life, so that the calls that wait for a token can use it.
const SHORTEST_LIFE: Duration = Duration::from_secs(1);
/// Longest life: the client renews a token each day.
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 60 * 60);
/// Time that a token stays after a failed renewal, before the next try.
const PAUSE: Duration = Duration::from_secs(10);

/// The need of a call: a token of this endpoint with these scopes.
#[derive(Debug)]
pub(crate) struct Need {
    pub(crate) url: String,
    pub(crate) scopes: BTreeSet<String>,
}

/// The cached tokens, and how the last request for one ended.
#[derive(Default)]
pub(crate) struct AccessTokens {
    kept: Vec<CachedToken>,
    /// Number of the next token.
    serial: u64,
    /// Number of the last request.
    flight: u64,
    /// The failure of a request, for the calls that waited for it.
    failed: Option<(u64, TokenFailure)>,
    /// The approval of a user, if tokens depend on one.
    pub(crate) approval: Option<Approval>,
}

/// The approval of a user.
#[derive(Clone, Default)]
pub(crate) struct Approval {
    /// The token that gets the next one.
    pub(crate) refresh: Option<Secret>,
    /// The endpoint that issued it; `None` if the application passed it.
    url: Option<String>,
    /// The request of the next one, if its caller left.
    left: Left,
}

impl Approval {
    /// Creates an approval of which the application has the refresh token; an empty text is none.
    pub(crate) fn with(refresh: Secret) -> Self {
        Self {
            refresh: Some(refresh).filter(|token| !token.expose().is_empty()),
            ..Self::default()
        }
    }

    /// Returns the same approval for other credentials, which send their own requests.
    pub(super) fn apart(&self) -> Self {
        Self {
            left: Left::default(),
            ..self.clone()
        }
    }
}

struct CachedToken {
    serial: u64,
    url: String,
    scopes: BTreeSet<String>,
    secret: Secret,
    requested: Now,
    /// Age at which the client renews it.
    renew: Duration,
    /// Age at which it ends.
    end: Duration,
}

impl AccessTokens {
    /// Decides what a call does. `waited` is the request that it waits for.
    pub(crate) fn decide(
        &mut self,
        need: &Need,
        now: Now,
        is_in_flight: bool,
        waited: &mut Option<u64>,
    ) -> Step<Result<AccessToken, TokenFailure>, Renewal> {
        let mut current = None;
        if let Some(kept) = self.kept.iter().find(|kept| kept.serves(need, now)) {
            if is_in_flight || kept.age(now) < kept.renew {
                return Step::Use(Ok(kept.token()));
            }
            current = Some(kept.token());
        }
        if let (Some(waited), Some((flight, failure))) = (*waited, &self.failed) {
            if *flight >= waited {
                return Step::Use(Err(failure.clone()));
            }
        }
        if is_in_flight {
            waited.get_or_insert(self.flight);
            return Step::Wait;
        }
        self.flight += 1;
        let others = self.kept.iter().filter(|kept| kept.url == need.url);
        let scopes = others.flat_map(|kept| &kept.scopes).chain(&need.scopes);
        Step::Renew(Renewal {
            current,
            scopes: scopes.cloned().collect(),
            proof: self.proof(need),
        })
    }

    fn proof(&self, need: &Need) -> Option<Proof> {
        let Some(approval) = &self.approval else {
            return Some(Proof::Client);
        };
        // A refresh token is for the endpoint that issued it alone.
        let is_there = approval.url.as_ref().is_none_or(|url| *url == need.url);
        let refresh = approval.refresh.clone().filter(|_| is_there)?;
        Some(Proof::Refresh(refresh, approval.left.clone()))
    }

    /// Returns a token that serves a call.
    pub(crate) fn valid(&self, need: &Need, now: Now) -> Option<AccessToken> {
        let mut kept = self.kept.iter();
        kept.find(|kept| kept.serves(need, now)).map(CachedToken::token)
    }

    /// Returns `false` if an approval or a refresh token came after the request with this proof.
    pub(crate) fn is_current(&self, proof: &Proof) -> bool {
        let left = self.approval.as_ref().map(|approval| &approval.left);
        proof.left().zip(left).is_none_or(|(of_proof, left)| of_proof.is(left))
    }

    /// Replaces all tokens by that of an approval.
    pub(crate) fn approve(&mut self, need: &Need, issued: IssuedToken, requested: Now) {
        self.kept.clear();
        self.approval = Some(Approval {
            url: Some(need.url.clone()),
            ..Approval::default()
        });
        self.keep(need, BTreeSet::new(), issued, requested);
    }

    /// Drops a token that the API refused. Another call may have done so before.
    pub(crate) fn reject(&mut self, serial: u64) {
        for kept in &mut self.kept {
            if kept.serial == serial {
                kept.end = Duration::ZERO;
            }
        }
    }

    /// Keeps a token of a request at `requested`, and returns it.
    pub(crate) fn keep(
        &mut self,
        need: &Need,
        scopes: BTreeSet<String>,
        issued: IssuedToken,
        requested: Now,
    ) -> AccessToken {
        self.serial += 1;
        let serial = self.serial;
        // A token of more scopes takes the place of those that it includes.
        self.kept
            .retain(|kept| kept.url != need.url || !kept.scopes.is_subset(&scopes));
        if let (Some(approval), Some(refresh)) = (&mut self.approval, issued.refresh) {
            *approval = Approval {
                refresh: Some(refresh),
                url: Some(need.url.clone()),
                left: Left::default(),
            };
        }
        let is_renewable = self.approval.as_ref().is_none_or(|approval| approval.refresh.is_some());
        let life = match issued.life {
            Some(life) if is_renewable => life.clamp(SHORTEST_LIFE, LONGEST_LIFE),
            None if is_renewable => UNKNOWN_LIFE,
            life => life.unwrap_or(Duration::MAX),
        };
        let margin = MARGIN.max(life / 10).min(life / 2);
        self.kept.push(CachedToken {
            serial,
            url: need.url.clone(),
            scopes,
            secret: issued.secret.clone(),
            requested,
            renew: life.saturating_sub(margin),
            end: life,
        });
        self.failed = None;
        AccessToken {
            serial,
            secret: issued.secret,
        }
    }

    /// Ends a request without a token. Returns the current token if that is still valid, for this call and for a while.
    pub(crate) fn fail(
        &mut self,
        current: Option<AccessToken>,
        failure: TokenFailure,
        now: Now,
    ) -> Result<AccessToken, TokenFailure> {
        let serial = current.as_ref().map(|token| token.serial);
        let mut valid = self.kept.iter_mut().filter(|kept| kept.age(now) < kept.end);
        if let (Some(kept), Some(token)) = (valid.find(|kept| Some(kept.serial) == serial), current) {
            kept.renew = kept.age(now).saturating_add(PAUSE).min(kept.end);
            return Ok(token);
        }
        if failure.is_shared {
            self.failed = Some((self.flight, failure.clone()));
        }
        Err(failure)
    }
}

impl CachedToken {
    fn token(&self) -> AccessToken {
        AccessToken {
            serial: self.serial,
            secret: self.secret.clone(),
        }
    }

    fn age(&self, now: Now) -> Duration {
        self.requested.age(now)
    }

    fn serves(&self, need: &Need, now: Now) -> bool {
        self.url == need.url && need.scopes.is_subset(&self.scopes) && self.age(now) < self.end
    }
}

/// A token as a call uses it.
#[derive(Clone)]
pub(crate) struct AccessToken {
    pub(crate) serial: u64,
    pub(crate) secret: Secret,
}

/// A request of one call, for all that wait.
pub(crate) struct Renewal {
    /// The token that is due but still valid.
    pub(crate) current: Option<AccessToken>,
    /// Scopes of all tokens so far, and those of this call.
    pub(crate) scopes: BTreeSet<String>,
    /// `None` if a user must approve first.
    pub(crate) proof: Option<Proof>,
}

/// The right to a token that a request proves.
#[derive(Clone)]
pub(crate) enum Proof {
    /// That of the client itself.
    Client,
    /// A refresh token (RFC 6749, section 6).
    Refresh(Secret, Left),
    /// A device code (RFC 8628, section 3.4).
    DeviceCode(Secret, Left),
}

impl Proof {
    /// Returns the grant, and the member of the form with the secret.
    pub(super) fn members(&self) -> Option<[(&'static str, &str); 2]> {
        match self {
            Self::Client => None,
            Self::Refresh(token, _) => Some([("grant_type", "refresh_token"), ("refresh_token", token.expose())]),
            Self::DeviceCode(code, _) => Some([("grant_type", DEVICE_CODE), ("device_code", code.expose())]),
        }
    }

    /// Returns the place of its request, if the endpoint accepts it once.
    pub(crate) fn left(&self) -> Option<&Left> {
        match self {
            Self::Client => None,
            Self::Refresh(_, left) | Self::DeviceCode(_, left) => Some(left),
        }
    }

    /// Returns `true` for a text that contains the secret.
    pub(crate) fn is_secret(&self, text: &str) -> bool {
        self.members()
            .is_some_and(|[_, (_, secret)]| text.contains(secret) || text.contains(&*encode(secret)))
    }
}

/// A response of an endpoint.
pub(crate) type Response = (http::response::Parts, Bytes);

/// A request that was sent.
pub(crate) struct UnderWay {
    pub(crate) requested: Now,
    /// The assertion that it has, which no error repeats.
    pub(crate) assertion: Option<String>,
    pub(crate) response: Pin<Box<dyn Future<Output = Result<Response, SendError>> + Send>>,
}

/// The request with one proof whose caller left, for the next caller.
///
/// The endpoint has replaced a refresh token, or spent a device code, when it answers: a response that nobody reads is lost with them.
#[derive(Clone, Default)]
pub(crate) struct Left(Arc<Mutex<Option<UnderWay>>>);

impl Left {
    /// Takes the request.
    pub(crate) fn take(&self) -> Option<UnderWay> {
        self.lock().take()
    }

    /// Returns `true` if both are of one proof.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    fn lock(&self) -> MutexGuard<'_, Option<UnderWay>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request of a caller. A caller that drops it leaves it for the next one.
pub(crate) struct Held {
    pub(crate) request: UnderWay,
    left: Option<Left>,
}

impl Held {
    /// Holds a request. Without a place to leave it, it ends with its caller.
    pub(crate) fn new(request: UnderWay, left: Option<Left>) -> Self {
        Self { request, left }
    }

    /// Ends the request: nobody waits for it any more.
    pub(crate) fn end(&mut self) {
        self.left = None;
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(left) = self.left.take() {
            let ended = UnderWay {
                requested: self.request.requested,
                assertion: None,
                response: Box::pin(std::future::pending()),
            };
            *left.lock() = Some(std::mem::replace(&mut self.request, ended));
        }
    }
}

/// A token that the endpoint issued.
#[derive(Clone)]
pub(crate) struct IssuedToken {
    pub(crate) secret: Secret,
    /// Time of use since the request, if the endpoint states it.
    pub(crate) life: Option<Duration>,
    /// The token that gets the next one (RFC 6749, section 6).
    pub(crate) refresh: Option<Secret>,
}

/// The reason why there is no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TokenFailure {
    /// Contains no secret.
    pub(crate) why: String,
    /// It is the failure of all calls that wait, and not that of one: its scopes, its time.
    pub(crate) is_shared: bool,
    /// Code of the endpoint's error.
    pub(crate) code: Option<String>,
}

impl TokenFailure {
    pub(crate) fn new(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            is_shared: true,
            code: None,
        }
    }

    pub(crate) fn has_code(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }
}
