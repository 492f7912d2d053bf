//! Cached access tokens: the need of a call comes in, a valid token or the duty to request one goes out.
//!
//! At most one call requests a token; the others wait for it, or use the token that is still valid. A token is never used past
//! its end by either of two clocks: one stops while the machine sleeps, the other one can change.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::response::{Issued, TokenFailure};
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

/// The cached tokens, and the request for one that is in flight.
#[derive(Default)]
pub(crate) struct TokenCache(Mutex<State>);

#[derive(Default)]
struct State {
    kept: Vec<Kept>,
    /// Number of the next token.
    serial: u64,
    in_flight: bool,
    /// Number of the last request.
    flight: u64,
    waiting: Vec<Waker>,
    /// The failure of a request, for the calls that waited for it.
    failed: Option<(u64, TokenFailure)>,
}

struct Kept {
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

impl Kept {
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

/// The next step of a call.
pub(crate) enum Turn<'t> {
    Use(AccessToken),
    /// Requests a token, for all that wait.
    Request(Flight<'t>),
    /// The request that it waited for failed.
    Failed(TokenFailure),
}

/// The duty of one call to request a token. Calls that wait continue at its drop.
pub(crate) struct Flight<'t> {
    cache: &'t TokenCache,
    /// The token that is due but still valid.
    pub(crate) current: Option<AccessToken>,
    /// Scopes of all tokens so far, and those of this call.
    pub(crate) scopes: BTreeSet<String>,
}

impl TokenCache {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns what a call does next. `waited` is the request that it waits for, between the polls of one call.
    pub(crate) fn poll_turn(
        &self,
        context: &mut Context<'_>,
        need: &Need,
        now: Now,
        waited: &mut Option<u64>,
    ) -> Poll<Turn<'_>> {
        let mut state = self.state();
        let found = state.kept.iter().find(|kept| kept.serves(need, now));
        let current = found.map(|kept| {
            let token = AccessToken {
                serial: kept.serial,
                secret: kept.secret.clone(),
            };
            (token, kept.age(now) >= kept.renew)
        });
        let current = match current {
            Some((token, is_due)) if !is_due || state.in_flight => return Poll::Ready(Turn::Use(token)),
            current => current.map(|(token, _)| token),
        };
        if let (Some(waited), Some((flight, failure))) = (*waited, &state.failed) {
            if *flight >= waited {
                return Poll::Ready(Turn::Failed(failure.clone()));
            }
        }
        if state.in_flight {
            waited.get_or_insert(state.flight);
            if !state.waiting.iter().any(|waker| waker.will_wake(context.waker())) {
                state.waiting.push(context.waker().clone());
            }
            return Poll::Pending;
        }
        state.in_flight = true;
        state.flight += 1;
        let others = state.kept.iter().filter(|kept| kept.url == need.url);
        let scopes = others.flat_map(|kept| &kept.scopes).chain(&need.scopes);
        Poll::Ready(Turn::Request(Flight {
            cache: self,
            current,
            scopes: scopes.cloned().collect(),
        }))
    }

    /// Drops a token that the API refused. Another call may have done so before.
    pub(crate) fn reject(&self, serial: u64) {
        for kept in &mut self.state().kept {
            if kept.serial == serial {
                kept.end = Duration::ZERO;
            }
        }
    }
}

impl Flight<'_> {
    /// Keeps a token of a request at `requested`, and returns it.
    pub(crate) fn keep(self, need: &Need, scopes: BTreeSet<String>, issued: Issued, requested: Now) -> AccessToken {
        let mut state = self.cache.state();
        state.serial += 1;
        let serial = state.serial;
        // A token of more scopes takes the place of those that it includes.
        state
            .kept
            .retain(|kept| kept.url != need.url || !kept.scopes.is_subset(&scopes));
        let margin = MARGIN.max(issued.life / 10).min(issued.life / 2);
        state.kept.push(Kept {
            serial,
            url: need.url.clone(),
            scopes,
            secret: issued.secret.clone(),
            requested,
            renew: issued.life.saturating_sub(margin),
            end: issued.life,
        });
        state.failed = None;
        AccessToken {
            serial,
            secret: issued.secret,
        }
    }

    /// Ends a request without a token. Returns the current token if that is still valid, for this call and for a while.
    pub(crate) fn fail(self, failure: TokenFailure, now: Now) -> Result<AccessToken, TokenFailure> {
        let mut state = self.cache.state();
        let current = self.current.as_ref().and_then(|token| {
            let kept = state.kept.iter_mut().find(|kept| kept.serial == token.serial)?;
            let age = kept.age(now);
            (age < kept.end).then(|| {
                kept.renew = age.saturating_add(PAUSE).min(kept.end);
                token.clone()
            })
        });
        if let Some(token) = current {
            return Ok(token);
        }
        if failure.is_shared {
            state.failed = Some((state.flight, failure.clone()));
        }
        Err(failure)
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        let mut state = self.cache.state();
        state.in_flight = false;
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }
}
