//! Cached access tokens: the need of a call comes in, a valid token or the duty to request one goes out.
//!
//! At most one call requests a token; the others wait for it, or use the token that is still valid. A token is never used past
//! its end by either of two clocks: one stops while the machine sleeps, the other one can change.

use std::collections::BTreeSet;
use std::time::Duration;

use sdkwright_signing::single_flight::Step;

use super::response::{IssuedToken, TokenFailure};
use crate::clock::Now;
use crate::secret::Secret;

/// Shortest time before its end at which the client renews a token, unless that is half of its life or more.
const MARGIN: Duration = Duration::from_secs(30);
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
            let token = AccessToken {
                serial: kept.serial,
                secret: kept.secret.clone(),
            };
            if is_in_flight || kept.age(now) < kept.renew {
                return Step::Use(Ok(token));
            }
            current = Some(token);
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
        })
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
        let margin = MARGIN.max(issued.life / 10).min(issued.life / 2);
        self.kept.push(CachedToken {
            serial,
            url: need.url.clone(),
            scopes,
            secret: issued.secret.clone(),
            requested,
            renew: issued.life.saturating_sub(margin),
            end: issued.life,
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
}
