//! Fetched public keys: the id of a key in a delivery comes in, keys go out, from the cache or from the source.
//!
//! Anyone can send deliveries with any id. At most one fetch is in flight. A fetch of an unknown id begins a pause of such fetches, and
//! only a delivery that verifies by the fetched key ends it early. The memory does not depend on the number of ids.

use super::rules::VerifyError;
use super::source::{Content, FetchedKeys, KeySource, KeySourceError};
use crate::asymmetric::PublicKey;
use crate::clock::{Clock, Now};
use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// Time after a fetch without another one, unless a delivery has verified by its key.
const PAUSE: Duration = Duration::from_secs(60);
/// Default time before the next fetch of known keys.
const LIFE: Duration = Duration::from_secs(60 * 60);
/// Largest age of keys, also if every fetch fails.
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 60 * 60);
/// Largest number of kept keys from sources of single keys.
const MOST: usize = 16;
/// Longest id of a key, in bytes.
const LONGEST_ID: usize = 1024;

/// The keys of a source.
pub(super) struct KeyCache {
    source: Box<dyn KeySource>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    kept: Vec<Kept>,
    in_flight: bool,
    waiting: Vec<Waker>,
    last: Option<LastFetch>,
}

/// The last fetch of an unknown id, or that succeeded.
struct LastFetch {
    id: String,
    began: Now,
    end: FetchEnd,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum FetchEnd {
    /// It failed, or the server dropped its delivery.
    Failed,
    /// It returned keys.
    Fetched,
    /// The source has no such key.
    Unknown,
    /// A delivery has verified by its key.
    Proven,
}

/// Keys of one fetch.
struct Kept {
    /// The id of the key; `None`: all keys.
    id: Option<String>,
    content: Content,
    fetched: Now,
    /// The last try to fetch it again.
    tried: Now,
    life: Duration,
    /// A delivery has verified by it.
    is_proven: bool,
}

enum Turn<'c> {
    Use(Vec<PublicKey>),
    Fetch(Flight<'c>),
    Refused(VerifyError),
}

/// The duty of one delivery to fetch. Others continue at its drop.
struct Flight<'c>(&'c KeyCache);

impl KeyCache {
    pub(super) fn new(source: impl KeySource) -> Self {
        Self {
            source: Box::new(source),
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the keys with an id, which are at least one.
    pub(super) async fn keys(&self, id: &str, clock: &dyn Clock) -> Result<Vec<PublicKey>, VerifyError> {
        if id.len() > LONGEST_ID || !self.source.is_possible(id) {
            return Err(VerifyError::UnknownKey);
        }
        match poll_fn(|context| self.poll_turn(context, id, Now::read(clock))).await {
            Turn::Use(keys) => Ok(keys),
            Turn::Refused(error) => Err(error),
            Turn::Fetch(flight) => {
                let began = Now::read(clock);
                let fetched = self.source.fetch(id).await;
                let ended = {
                    let mut state = self.state();
                    state.end(id, began, fetched);
                    state.keys(id, Now::read(clock)).ok_or(state.refusal(id, began))
                };
                drop(flight);
                ended
            }
        }
    }

    fn poll_turn(&self, context: &mut Context<'_>, id: &str, now: Now) -> Poll<Turn<'_>> {
        let mut state = self.state();
        let known = state.keys(id, now);
        if state.in_flight {
            if let Some(keys) = known {
                return Poll::Ready(Turn::Use(keys));
            }
            if !state.waiting.iter().any(|waker| waker.will_wake(context.waker())) {
                state.waiting.push(context.waker().clone());
            }
            return Poll::Pending;
        }
        let is_due = state.is_due(id, now);
        if is_due == Some(false) {
            return Poll::Ready(known.map_or_else(|| Turn::Refused(state.refusal(id, now)), Turn::Use));
        }
        if is_due.is_none() {
            if state.last.as_ref().is_some_and(|last| last.pauses(now)) {
                return Poll::Ready(Turn::Refused(state.refusal(id, now)));
            }
            // A delivery that is dropped during its fetch leaves a failed one.
            state.last = Some(LastFetch {
                id: id.to_owned(),
                began: now,
                end: FetchEnd::Failed,
            });
        }
        state.in_flight = true;
        Poll::Ready(Turn::Fetch(Flight(self)))
    }

    /// Notes that a delivery has verified by the key with an id.
    pub(super) fn confirm(&self, id: &str) {
        let mut state = self.state();
        for kept in &mut state.kept {
            kept.is_proven |= kept.id.as_deref() == Some(id);
        }
        if let Some(last) = &mut state.last {
            if last.id == id && last.end == FetchEnd::Fetched {
                last.end = FetchEnd::Proven;
            }
        }
    }
}

impl LastFetch {
    fn pauses(&self, now: Now) -> bool {
        self.end != FetchEnd::Proven && self.began.age(now) < PAUSE
    }
}

impl Kept {
    fn keys(&self, id: &str, now: Now) -> Vec<PublicKey> {
        if self.id.as_deref().is_some_and(|known| known != id) {
            return Vec::new();
        }
        self.content.keys(id, now.seconds)
    }
}

impl State {
    /// Returns the keys with an id, if there are any.
    fn keys(&self, id: &str, now: Now) -> Option<Vec<PublicKey>> {
        let young = self.kept.iter().filter(|kept| kept.fetched.age(now) < LONGEST_LIFE);
        young.map(|kept| kept.keys(id, now)).find(|keys| !keys.is_empty())
    }

    /// Returns whether the next fetch of known keys is due, and notes the try; `None` for an unknown id, which cannot delay it.
    fn is_due(&mut self, id: &str, now: Now) -> Option<bool> {
        let kept = self.kept.iter_mut().find(|kept| !kept.keys(id, now).is_empty())?;
        let is_due = kept.fetched.age(now) >= kept.life && kept.tried.age(now) >= PAUSE;
        if is_due {
            kept.tried = now;
        }
        Some(is_due)
    }

    /// Returns the refusal of an id without keys: it is unknown if its fetch shows that. The key of another id may be newer than the last
    /// fetch, so its delivery must come again.
    fn refusal(&self, id: &str, now: Now) -> VerifyError {
        let last = self.last.as_ref().filter(|last| last.began.age(now) < PAUSE);
        if last.is_some_and(|last| last.end != FetchEnd::Failed && last.id == id) {
            VerifyError::UnknownKey
        } else {
            VerifyError::KeysUnavailable
        }
    }

    /// Keeps the keys of a fetch. A failed one changes none.
    fn end(&mut self, id: &str, began: Now, fetched: Result<FetchedKeys, KeySourceError>) {
        let fetched = match fetched {
            Ok(fetched) => fetched,
            Err(error) => {
                tracing::warn!(%error, "the public keys of webhook deliveries cannot be fetched");
                return;
            }
        };
        let (end, key_id) = match fetched.content {
            Content::Set(_) => (FetchEnd::Fetched, None),
            Content::Key(_) | Content::Certificate(_) => (FetchEnd::Fetched, Some(id.to_owned())),
            Content::Unknown => (FetchEnd::Unknown, Some(id.to_owned())),
        };
        self.last = Some(LastFetch {
            id: id.to_owned(),
            began,
            end,
        });
        let is_known = |kept: &Kept| kept.id == key_id;
        let is_proven = self.kept.iter().any(|kept| is_known(kept) && kept.is_proven);
        // A key by which nothing has verified makes room for the next one.
        self.kept
            .retain(|kept| !is_known(kept) && (kept.is_proven || kept.id.is_none()));
        if end == FetchEnd::Unknown {
            return;
        }
        if self.kept.len() >= MOST {
            self.kept.remove(0);
        }
        self.kept.push(Kept {
            id: key_id,
            content: fetched.content,
            fetched: began,
            tried: began,
            life: fetched.life.unwrap_or(LIFE).clamp(PAUSE, LONGEST_LIFE),
            is_proven,
        });
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.in_flight = false;
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }
}

#[cfg(test)]
mod tests;
