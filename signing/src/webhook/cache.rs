//! Fetched public keys: the id of a key in a delivery comes in, keys go out, from the cache or from the source ([`KeySource`]).
//!
//! Anyone can send deliveries with any id. At most one fetch is in flight, and another delivery continues it if the one that began it
//! ends early. A fetch of an unknown id begins a pause of such fetches, and only a delivery that verifies by the fetched key ends it
//! early. The memory does not depend on the number of ids.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::rules::VerifyError;
use crate::asymmetric::PublicKey;
use crate::clock::{Clock, Now};
use crate::jwk::KeySet;
use crate::keys::Certificate;
use crate::single_flight::{Flight, SingleFlight, Step, Turn};

/// The reason why a source has no keys. It must not contain a secret: the verifier logs it.
pub type KeySourceError = Box<dyn std::error::Error + Send + Sync>;

/// The future of [`KeySource::fetch`].
pub type KeysFuture<'s> = Pin<Box<dyn Future<Output = Result<FetchedKeys, KeySourceError>> + Send + 's>>;

/// Fetches the public keys that verify deliveries.
///
/// A [`Verifier`](super::Verifier) keeps the keys, and calls the source once for many deliveries.
///
/// ```
/// use sdkwright_signing::KeySet;
/// use sdkwright_signing::webhook::{FetchedKeys, KeySource, KeysFuture};
///
/// /// Keys in a database.
/// struct Stored;
///
/// impl KeySource for Stored {
///     fn fetch<'s>(&'s self, _id: &'s str) -> KeysFuture<'s> {
///         Box::pin(async move {
///             let document = read_the_document().await?;
///             Ok(FetchedKeys::from_set(KeySet::from_json(&document)?))
///         })
///     }
/// }
/// # async fn read_the_document() -> Result<Vec<u8>, std::io::Error> { Ok(Vec::new()) }
/// ```
pub trait KeySource: Send + Sync + 'static {
    /// Fetches the key with an id: the `kid` of a JSON Web Signature, or the URL of a certificate. Anyone can send any id. Must end
    /// within a few seconds.
    fn fetch<'s>(&'s self, id: &'s str) -> KeysFuture<'s>;

    /// Returns false if no key can have the id, such as the URL of another host. The verifier then refuses the delivery without a
    /// call of [`fetch`](Self::fetch).
    fn is_possible(&self, _id: &str) -> bool {
        true
    }
}

/// The result of a source.
#[derive(Debug, Clone)]
pub struct FetchedKeys {
    pub(super) content: Content,
    pub(super) life: Option<Duration>,
}

#[derive(Debug, Clone)]
pub(super) enum Content {
    Set(KeySet),
    Key(PublicKey),
    Certificate(Box<Certificate>),
    Unknown,
}

impl FetchedKeys {
    fn new(content: Content) -> Self {
        Self { content, life: None }
    }

    /// All keys of the API. An id that is not in the set is unknown.
    pub fn from_set(set: KeySet) -> Self {
        Self::new(Content::Set(set))
    }

    /// The key of the requested id alone.
    pub fn from_key(key: PublicKey) -> Self {
        Self::new(Content::Key(key))
    }

    /// The certificate of the requested id. Its key verifies while the certificate is valid. Its issuer is not checked.
    pub fn from_certificate(certificate: Certificate) -> Self {
        Self::new(Content::Certificate(Box::new(certificate)))
    }

    /// The API has no key of the requested id, or has revoked it.
    pub fn unknown() -> Self {
        Self::new(Content::Unknown)
    }

    /// Sets the time after which the verifier fetches them again (default: 1 hour; at least 1 minute, and at most 1 day).
    #[must_use]
    pub fn with_life(mut self, life: Duration) -> Self {
        self.life = Some(life);
        self
    }
}

impl Content {
    /// Returns the keys with an id that are valid at an instant, in seconds since 1970.
    pub(super) fn keys(&self, id: &str, seconds: i64) -> Vec<PublicKey> {
        match self {
            Self::Set(set) => {
                let keys = set.keys().iter().filter(|key| key.key_id() == Some(id));
                keys.map(|key| key.public_key().clone()).collect()
            }
            Self::Key(key) => vec![key.clone()],
            Self::Certificate(certificate) => certificate.public_key(seconds).into_iter().cloned().collect(),
            Self::Unknown => Vec::new(),
        }
    }
}

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

/// Age of a fetch that no delivery continued, at which another one replaces it.
const STALE: Duration = Duration::from_secs(10);

/// The keys of a source.
pub(super) struct KeyCache {
    source: Arc<dyn KeySource>,
    shared: SingleFlight<State>,
}

type Pending = Pin<Box<dyn Future<Output = Result<FetchedKeys, KeySourceError>> + Send>>;

#[derive(Default)]
struct State {
    kept: Vec<Kept>,
    fetch: Option<Fetch>,
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
    /// It failed, or has not ended.
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

/// A fetch. It belongs to no delivery, since the sender of a delivery can end it at any time.
struct Fetch {
    id: String,
    began: Now,
    /// `None` while a delivery polls it.
    pending: Option<Pending>,
}

impl KeyCache {
    pub(super) fn new(source: impl KeySource) -> Self {
        Self {
            source: Arc::new(source),
            shared: SingleFlight::default(),
        }
    }

    /// Returns the keys with an id, which are at least one.
    pub(super) async fn keys(&self, id: &str, clock: &dyn Clock) -> Result<Vec<PublicKey>, VerifyError> {
        if id.len() > LONGEST_ID || !self.source.is_possible(id) {
            return Err(VerifyError::UnknownKey);
        }
        let decide = |state: &mut State, is_in_flight| state.decide(&self.source, id, Now::at(clock), is_in_flight);
        let flight = match self.shared.turn(decide).await {
            Turn::Use(keys) => return keys,
            Turn::Renew(flight, ()) => flight,
        };
        let fetched = poll_fn(|context| poll_fetch(&flight, context)).await;
        let state = &mut flight.lock().value;
        if let Some(fetch) = state.fetch.take() {
            state.end(&fetch.id, fetch.began, fetched);
        }
        let now = Now::at(clock);
        state.keys(id, now).ok_or_else(|| state.refusal(id, now))
    }

    /// Notes that a delivery has verified by the key with an id.
    pub(super) fn confirm(&self, id: &str) {
        let state = &mut self.shared.lock().value;
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
    /// Decides what a delivery with a key id does. It continues a fetch whose delivery ended early.
    fn decide(
        &mut self,
        source: &Arc<dyn KeySource>,
        id: &str,
        now: Now,
        is_in_flight: bool,
    ) -> Step<Result<Vec<PublicKey>, VerifyError>, ()> {
        let known = self.keys(id, now);
        if is_in_flight {
            return known.map_or(Step::Wait, |keys| Step::Use(Ok(keys)));
        }
        // Its source panicked.
        self.fetch.take_if(|fetch| fetch.pending.is_none());
        let abandoned = self.fetch.take_if(|fetch| fetch.began.age(now) >= STALE);
        if self.fetch.is_some() {
            return Step::Renew(());
        }
        // A fetch that nobody continued shows nothing about the source, so it delays no other one.
        let is_due = if abandoned.is_some() {
            Some(true)
        } else {
            self.is_due(id, now)
        };
        if is_due == Some(false) {
            return Step::Use(known.ok_or_else(|| self.refusal(id, now)));
        }
        if is_due.is_none() {
            if self.last.as_ref().is_some_and(|last| last.pauses(now)) {
                return Step::Use(Err(self.refusal(id, now)));
            }
            self.last = Some(LastFetch {
                id: id.to_owned(),
                began: now,
                end: FetchEnd::Failed,
            });
        }
        let (source, of) = (Arc::clone(source), id.to_owned());
        self.fetch = Some(Fetch {
            id: id.to_owned(),
            began: now,
            pending: Some(Box::pin(async move { source.fetch(&of).await })),
        });
        Step::Renew(())
    }

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

/// Polls the fetch, outside of the lock. A source that panics leaves none.
fn poll_fetch(flight: &Flight<'_, State>, context: &mut Context<'_>) -> Poll<Result<FetchedKeys, KeySourceError>> {
    let pending = flight
        .lock()
        .value
        .fetch
        .as_mut()
        .and_then(|fetch| fetch.pending.take());
    let Some(mut pending) = pending else {
        return Poll::Ready(Err("the fetch of the keys has ended".into()));
    };
    let polled = pending.as_mut().poll(context);
    if polled.is_pending() {
        if let Some(fetch) = &mut flight.lock().value.fetch {
            fetch.pending = Some(pending);
        }
    }
    polled
}

#[cfg(test)]
mod tests;
